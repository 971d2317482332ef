// The last step of everything that a CA key signs.
#ifndef PKI_ISSUE_SIGN_H_
#define PKI_ISSUE_SIGN_H_

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/keystore/key_store.h"
#include "proto/config.pb.h"

namespace pki {

// Signs `to_be_signed` and encodes it with its signature (EncodeSigned()).
// Unless the signer is trusted, the signature is verified before it is handed
// out: a faulty one can leak the key. Errors: KEY_FAILURE, CRYPTO_FAILURE;
// REASON_ISSUED_SIGNATURE.
absl::StatusOr<Bytes> SignAndEncode(const SigningKey& key,
                                    SignatureAlgorithm algorithm,
                                    ByteView to_be_signed,
                                    v1::SignatureCheck check);

}  // namespace pki

#endif  // PKI_ISSUE_SIGN_H_
