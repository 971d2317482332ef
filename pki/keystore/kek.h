// Key-encryption keys: where a host takes one from, and the record that tells
// whether it is the right one.
#ifndef PKI_KEYSTORE_KEK_H_
#define PKI_KEYSTORE_KEK_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "pki/base/secret.h"
#include "proto/store.pb.h"

namespace pki {

// What the host gives: 32 bytes, a passphrase, or nothing (the default).
class KekSource {
 public:
  enum class Kind { kNone, kKey, kPassphrase };

  KekSource() = default;
  // Errors: REASON_KEK_SIZE unless `key` has kAeadKeySize bytes.
  static absl::StatusOr<KekSource> Key(Secret key);
  static KekSource Passphrase(Secret passphrase);

  Kind kind() const { return kind_; }
  // The key or the passphrase.
  const Secret& secret() const { return secret_; }

 private:
  KekSource(Kind kind, Secret secret)
      : kind_(kind), secret_(std::move(secret)) {}

  Kind kind_ = Kind::kNone;
  Secret secret_;
};

// A key-encryption key, and the record that stands for it.
struct Kek {
  Secret key;
  v1::KeyringRecord record;
};

// Both take a source that is not kNone.

// The source's key under a new id; from a passphrase a new key. Errors:
// ENTROPY_FAILURE, CRYPTO_FAILURE.
absl::StatusOr<std::shared_ptr<const Kek>> NewKek(const KekSource& source);

// The key that `record` stands for. Errors: REASON_KEK_WRONG when it is not the
// source's; REASON_SCRYPT_PARAMETERS; CRYPTO_FAILURE.
absl::StatusOr<std::shared_ptr<const Kek>> OpenKek(
    const KekSource& source, const v1::KeyringRecord& record);

}  // namespace pki

#endif  // PKI_KEYSTORE_KEK_H_
