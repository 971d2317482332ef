// Software keys, sealed: a handle is a byte of format version, then the key's
// PKCS#8 under AES-256-GCM with the CA's ARN as associated data.
#ifndef PKI_KEYSTORE_SOFTWARE_KEY_STORE_H_
#define PKI_KEYSTORE_SOFTWARE_KEY_STORE_H_

#include <memory>

#include "pki/base/secret.h"
#include "pki/keystore/key_store.h"

namespace pki {

class SoftwareKeyStore : public KeyStore {
 public:
  // `key_encryption_key` has 32 bytes (kAeadKeySize). Errors:
  // REASON_KEK_SIZE.
  static absl::StatusOr<std::unique_ptr<SoftwareKeyStore>> New(
      Secret key_encryption_key);

  // Under a key-encryption key that is made here and lost with the object: for
  // engines whose store is memory. Errors: REASON_ENTROPY_FAILED.
  static absl::StatusOr<std::unique_ptr<SoftwareKeyStore>> Ephemeral();

  // KeyStore. A handle that does not open is refused with REASON_KEY_UNSEAL,
  // one that opens to no key with REASON_KEY_UNREADABLE.
  absl::StatusOr<NewKey> Create(absl::string_view arn,
                                v1::KeyAlgorithm algorithm) override;
  absl::StatusOr<std::shared_ptr<const SigningKey>> Open(
      absl::string_view arn, ByteView handle) override;
  absl::Status Destroy(absl::string_view arn, ByteView handle) override;

 private:
  explicit SoftwareKeyStore(Secret key_encryption_key);
  const Secret key_encryption_key_;
};

}  // namespace pki

#endif  // PKI_KEYSTORE_SOFTWARE_KEY_STORE_H_
