// Signatures that are verified before anyone sees them.
#ifndef PKI_KEYSTORE_CHECKED_SIGNATURE_H_
#define PKI_KEYSTORE_CHECKED_SIGNATURE_H_

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/keystore/key_store.h"
#include "proto/config.pb.h"

namespace pki {

// The key's signature over `message`. Unless the signer is trusted, it is
// verified before it is handed out: a faulty one can leak the key. Errors:
// KEY_FAILURE, CRYPTO_FAILURE; REASON_ISSUED_SIGNATURE.
absl::StatusOr<Bytes> SignChecked(const SigningKey& key,
                                  SignatureAlgorithm algorithm,
                                  ByteView message, v1::SignatureCheck check);

// The same over a message that was hashed already, with the algorithm's hash
// function.
absl::StatusOr<Bytes> SignDigestChecked(const SigningKey& key,
                                        SignatureAlgorithm algorithm,
                                        ByteView digest,
                                        v1::SignatureCheck check);

// `to_be_signed` with the signature of SignChecked(), as certificates and CSRs
// are: EncodeSigned(). Errors: those of SignChecked().
absl::StatusOr<Bytes> SignAndEncode(const SigningKey& key,
                                    SignatureAlgorithm algorithm,
                                    ByteView to_be_signed,
                                    v1::SignatureCheck check);

}  // namespace pki

#endif  // PKI_KEYSTORE_CHECKED_SIGNATURE_H_
