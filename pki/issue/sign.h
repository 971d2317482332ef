// The last step of everything that a CA key signs.
#ifndef PKI_ISSUE_SIGN_H_
#define PKI_ISSUE_SIGN_H_

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/keystore/key_store.h"
#include "proto/config.pb.h"

namespace pki {

// Signs `to_be_signed`, as SignChecked() does, and encodes it with its
// signature (EncodeSigned()). Errors: those of SignChecked().
absl::StatusOr<Bytes> SignAndEncode(const SigningKey& key,
                                    SignatureAlgorithm algorithm,
                                    ByteView to_be_signed,
                                    v1::SignatureCheck check);

}  // namespace pki

#endif  // PKI_ISSUE_SIGN_H_
