// Signing, checking of the signature, and the outer SEQUENCE.
#include "pki/issue/sign.h"

#include "pki/base/status.h"
#include "pki/x509/certificate.h"

namespace pki {

absl::StatusOr<Bytes> SignAndEncode(const SigningKey& key,
                                    SignatureAlgorithm algorithm,
                                    ByteView to_be_signed,
                                    v1::SignatureCheck check) {
  PKI_ASSIGN_OR_RETURN(const Bytes signature,
                       key.Sign(algorithm, to_be_signed));
  if (check != v1::SIGNATURE_CHECK_TRUST_SIGNER &&
      !key.public_key().Verify(algorithm, to_be_signed, View(signature))) {
    return Refuse(v1::REASON_ISSUED_SIGNATURE, "",
                  "The key made a signature that does not verify; nothing was "
                  "issued.");
  }
  return EncodeSigned(to_be_signed, InfoOf(algorithm).identifier,
                      View(signature));
}

}  // namespace pki
