// Software keys, sealed: a handle holds the key itself, under the keyring of
// the store that the handle is kept in.
#ifndef PKI_KEYSTORE_SOFTWARE_KEY_STORE_H_
#define PKI_KEYSTORE_SOFTWARE_KEY_STORE_H_

#include <memory>

#include "pki/keystore/key_store.h"
#include "pki/keystore/keyring.h"

namespace pki {

class SoftwareKeyStore : public KeyStore {
 public:
  explicit SoftwareKeyStore(std::shared_ptr<Keyring> keyring);

  // KeyStore; the errors are those of Keyring::Seal() and Unseal(). A handle
  // that opens to no key is refused with REASON_KEY_UNREADABLE.
  absl::StatusOr<NewKey> Create(absl::string_view arn,
                                v1::KeyAlgorithm algorithm) override;
  absl::StatusOr<std::shared_ptr<const SigningKey>> Open(
      absl::string_view arn, ByteView handle) override;
  absl::Status Destroy(absl::string_view arn, ByteView handle) override;
  Keyring* keyring() override { return keyring_.get(); }

 private:
  const std::shared_ptr<Keyring> keyring_;
};

}  // namespace pki

#endif  // PKI_KEYSTORE_SOFTWARE_KEY_STORE_H_
