// A handle is one byte of format version, then what Seal() made.
#include "pki/keystore/software_key_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/aead.h"
#include "pki/crypto/private_key.h"
#include "pki/crypto/random.h"

namespace pki {
namespace {

constexpr char kFormat = 1;

class SoftwareKey : public SigningKey {
 public:
  explicit SoftwareKey(PrivateKey key) : key_(std::move(key)) {}

  const Bytes& spki() const override { return key_.spki(); }
  const PublicKey& public_key() const override { return key_.public_key(); }
  absl::StatusOr<Bytes> Sign(SignatureAlgorithm algorithm,
                             ByteView message) const override {
    return key_.Sign(algorithm, message);
  }

 private:
  const PrivateKey key_;
};

}  // namespace

SoftwareKeyStore::SoftwareKeyStore(Secret key_encryption_key)
    : key_encryption_key_(std::move(key_encryption_key)) {}

absl::StatusOr<std::unique_ptr<SoftwareKeyStore>> SoftwareKeyStore::New(
    Secret key_encryption_key) {
  if (key_encryption_key.size() != kAeadKeySize) {
    return Refuse(v1::REASON_KEK_SIZE, "",
                  absl::StrCat("a key-encryption key has ", kAeadKeySize,
                               " bytes, not ", key_encryption_key.size()));
  }
  return std::unique_ptr<SoftwareKeyStore>(
      new SoftwareKeyStore(std::move(key_encryption_key)));
}

absl::StatusOr<std::unique_ptr<SoftwareKeyStore>>
SoftwareKeyStore::Ephemeral() {
  PKI_ASSIGN_OR_RETURN(Secret key_encryption_key, RandomSecret(kAeadKeySize));
  return New(std::move(key_encryption_key));
}

absl::StatusOr<NewKey> SoftwareKeyStore::Create(absl::string_view arn,
                                                v1::KeyAlgorithm algorithm) {
  PKI_ASSIGN_OR_RETURN(const PrivateKey key, PrivateKey::Generate(algorithm));
  PKI_ASSIGN_OR_RETURN(const Secret pkcs8, key.ToPkcs8());
  PKI_ASSIGN_OR_RETURN(const Bytes sealed,
                       Seal(key_encryption_key_, pkcs8.Reveal(), View(arn)));
  return NewKey{absl::StrCat(absl::string_view(&kFormat, 1), sealed)};
}

absl::StatusOr<std::shared_ptr<const SigningKey>> SoftwareKeyStore::Open(
    absl::string_view arn, ByteView handle) {
  if (handle.empty() || handle[0] != kFormat) {
    return Refuse(v1::REASON_KEY_UNSEAL, "",
                  "the handle is not of this key store's format");
  }
  PKI_ASSIGN_OR_RETURN(
      const Secret pkcs8,
      Unseal(key_encryption_key_, handle.subspan(1), View(arn)));
  PKI_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::FromPkcs8(pkcs8));
  return std::make_shared<SoftwareKey>(std::move(key));
}

// The key is nowhere but in its handle.
absl::Status SoftwareKeyStore::Destroy(absl::string_view, ByteView) {
  return absl::OkStatus();
}

}  // namespace pki
