// A private key of this process as an opened key of a key store.
#ifndef PKI_KEYSTORE_PRIVATE_SIGNING_KEY_H_
#define PKI_KEYSTORE_PRIVATE_SIGNING_KEY_H_

#include "pki/crypto/private_key.h"
#include "pki/keystore/key_store.h"

namespace pki {

class PrivateSigningKey : public SigningKey {
 public:
  explicit PrivateSigningKey(PrivateKey key);

  const Bytes& spki() const override;
  const PublicKey& public_key() const override;
  absl::StatusOr<Bytes> SignDigest(SignatureAlgorithm algorithm,
                                   ByteView digest) const override;

 private:
  const PrivateKey key_;
};

}  // namespace pki

#endif  // PKI_KEYSTORE_PRIVATE_SIGNING_KEY_H_
