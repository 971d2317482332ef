// To sign, then to verify, and what it makes.
#include "pki/keystore/checked_signature.h"

#include "pki/base/status.h"
#include "pki/crypto/digest.h"
#include "pki/x509/signed.h"

namespace pki {

absl::StatusOr<Bytes> SignChecked(const SigningKey& key,
                                  SignatureAlgorithm algorithm,
                                  ByteView message, v1::SignatureCheck check) {
  return SignDigestChecked(
      key, algorithm, View(DigestOf(InfoOf(algorithm).digest, message)), check);
}

absl::StatusOr<Bytes> SignDigestChecked(const SigningKey& key,
                                        SignatureAlgorithm algorithm,
                                        ByteView digest,
                                        v1::SignatureCheck check) {
  PKI_ASSIGN_OR_RETURN(Bytes signature, key.SignDigest(algorithm, digest));
  if (check != v1::SIGNATURE_CHECK_TRUST_SIGNER &&
      !key.public_key().VerifyDigest(algorithm, digest, View(signature))) {
    return Refuse(v1::REASON_ISSUED_SIGNATURE, "",
                  "The key made a signature that does not verify; nothing was "
                  "issued.");
  }
  return signature;
}

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
