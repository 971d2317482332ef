// What the software keys of a store are sealed under: the key-encryption key
// that the host gives, and the record in the store that says which it is.
//
// The record is put by the first engine that has a key-encryption key for the
// store. It holds a random id and a check value, so that a wrong key is found
// out when an engine opens, and for a passphrase the parameters of scrypt.
#ifndef PKI_KEYSTORE_KEYRING_H_
#define PKI_KEYSTORE_KEYRING_H_

#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/base/secret.h"
#include "pki/keystore/kek.h"
#include "pki/keystore/key_store.h"
#include "pki/store/store.h"
#include "proto/store.pb.h"

namespace pki {

// Safe on any thread.
class Keyring {
 public:
  // With no source no key can be made or used. Errors: REASON_KEK_WRONG when
  // the store's keys are sealed under another key; STORAGE_FAILURE, with
  // REASON_SCRYPT_PARAMETERS; CRYPTO_FAILURE.
  static absl::StatusOr<std::shared_ptr<Keyring>> Open(
      std::shared_ptr<Store> store, const KekSource& source);

  // Under a key that is made here and lost with the object: for stores that
  // live no longer.
  static absl::StatusOr<std::shared_ptr<Keyring>> Ephemeral(
      std::shared_ptr<Store> store);

  // Seals a new key of the CA `arn`, for a commit that fails when what keys are
  // sealed under has changed. Errors: REASON_KEK_MISSING,
  // REASON_KEYRING_CHANGED, STORAGE_FAILURE, CRYPTO_FAILURE.
  absl::StatusOr<NewKey> Seal(absl::string_view arn, const Secret& pkcs8) const;

  // The PKCS#8 that was sealed. Errors: REASON_KEY_UNSEAL when the handle is
  // not of this store or of this `arn`; those of Seal().
  absl::StatusOr<Secret> Unseal(absl::string_view arn, ByteView handle) const;

  // Re-wrapping. It takes three steps: Prepare(); Replace(), to which the
  // caller adds every handle in the store, by Reseal(); and the commit of that
  // batch. When the commit loses a race it goes on with Replace() again.

  // A new key, which from now on this object knows beside those that it knew:
  // another call may have read a handle just before the commit, or just after
  // it. Errors: REASON_KEK_MISSING, CRYPTO_FAILURE, ENTROPY_FAILURE.
  absl::StatusOr<std::shared_ptr<const Kek>> Prepare(const KekSource& source);

  // The batch that puts `next` in the place of the key in the store. What was
  // stored before this returns is to be read after it; whatever new key is
  // stored later makes the batch fail. Errors: those of Seal();
  // REASON_LOST_RACE.
  absl::StatusOr<WriteBatch> Replace(const Kek& next);

  // The same key under `next`. Errors: those of Unseal().
  absl::StatusOr<Bytes> Reseal(absl::string_view arn, ByteView handle,
                               const Kek& next) const;

 private:
  // The record in the store, and its key.
  struct Current {
    v1::KeyringRecord record;
    Version version;
    std::shared_ptr<const Kek> kek;
  };

  explicit Keyring(std::shared_ptr<Store> store);

  // The known key with this id, or null.
  std::shared_ptr<const Kek> Find(absl::string_view id) const;
  // Errors: REASON_KEK_MISSING when no key is known.
  absl::Status CheckNotEmpty() const;
  // Errors: REASON_KEYRING_CHANGED when the key is not known; those above;
  // STORAGE_FAILURE.
  absl::StatusOr<Current> Read() const;

  const std::shared_ptr<Store> store_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const Kek>> keks_;  // guarded by mutex_
};

}  // namespace pki

#endif  // PKI_KEYSTORE_KEYRING_H_
