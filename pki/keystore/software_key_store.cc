// The crypto library makes the keys, the keyring seals them.
#include "pki/keystore/software_key_store.h"

#include <utility>

#include "pki/base/secret.h"
#include "pki/base/status.h"
#include "pki/crypto/private_key.h"
#include "pki/keystore/private_signing_key.h"

namespace pki {

SoftwareKeyStore::SoftwareKeyStore(std::shared_ptr<Keyring> keyring)
    : keyring_(std::move(keyring)) {}

absl::StatusOr<NewKey> SoftwareKeyStore::Create(absl::string_view arn,
                                                v1::KeyAlgorithm algorithm) {
  PKI_ASSIGN_OR_RETURN(const PrivateKey key, PrivateKey::Generate(algorithm));
  PKI_ASSIGN_OR_RETURN(const Secret pkcs8, key.ToPkcs8());
  return keyring_->Seal(arn, pkcs8);
}

absl::StatusOr<std::shared_ptr<const SigningKey>> SoftwareKeyStore::Open(
    absl::string_view arn, ByteView handle) {
  PKI_ASSIGN_OR_RETURN(const Secret pkcs8, keyring_->Unseal(arn, handle));
  PKI_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::FromPkcs8(pkcs8));
  return std::make_shared<PrivateSigningKey>(std::move(key));
}

// The key is nowhere but in its handle.
absl::Status SoftwareKeyStore::Destroy(absl::string_view, ByteView) {
  return absl::OkStatus();
}

}  // namespace pki
