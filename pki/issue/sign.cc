// A checked signature, and the outer SEQUENCE.
#include "pki/issue/sign.h"

#include "pki/base/status.h"
#include "pki/keystore/checked_signature.h"
#include "pki/x509/certificate.h"

namespace pki {

absl::StatusOr<Bytes> SignAndEncode(const SigningKey& key,
                                    SignatureAlgorithm algorithm,
                                    ByteView to_be_signed,
                                    v1::SignatureCheck check) {
  PKI_ASSIGN_OR_RETURN(const Bytes signature,
                       SignChecked(key, algorithm, to_be_signed, check));
  return EncodeSigned(to_be_signed, InfoOf(algorithm).identifier,
                      View(signature));
}

}  // namespace pki
