// A handle is a header and what pki::Seal() made of the PKCS#8:
//
//   byte 0          format
//   bytes 1 to 16   id of the key-encryption key
//   bytes 17 to 32  id of the key, random
//
// The associated data are the header and then the CA's ARN: the header has one
// size, so no two pairs give the same bytes.
#include "pki/keystore/keyring.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/aead.h"
#include "pki/crypto/random.h"
#include "pki/store/record.h"

namespace pki {
namespace {

constexpr absl::string_view kRecordKey = "keyring";
constexpr absl::string_view kHandleFormat = "\x01";
constexpr size_t kKekIdAt = kHandleFormat.size();
constexpr size_t kKeyIdAt = kKekIdAt + kRandomIdSize;
constexpr size_t kHeaderSize = kKeyIdAt + kRandomIdSize;
// How often Replace() tries before it gives up.
constexpr int kMaxAttempts = 8;

absl::string_view KekIdOf(ByteView handle) {
  return Text(handle.subspan(kKekIdAt, kRandomIdSize));
}

absl::string_view KeyIdOf(ByteView handle) {
  return Text(handle.subspan(kKeyIdAt, kRandomIdSize));
}

Bytes AssociatedData(absl::string_view header, absl::string_view arn) {
  return absl::StrCat(header, arn);
}

absl::StatusOr<Bytes> SealUnder(const Kek& kek, absl::string_view key_id,
                                absl::string_view arn, const Secret& pkcs8) {
  const Bytes header = absl::StrCat(kHandleFormat, kek.record.id(), key_id);
  PKI_ASSIGN_OR_RETURN(
      const Bytes sealed,
      Seal(kek.key, pkcs8.Reveal(), View(AssociatedData(header, arn))));
  return absl::StrCat(header, sealed);
}

absl::Status NotOfThisStore() {
  return Refuse(v1::REASON_KEY_UNSEAL, "",
                "The handle of the key is not of this store.");
}

// Puts the record, which is at `version` now.
WriteBatch PutRecord(const v1::KeyringRecord& record,
                     std::optional<Version> version) {
  WriteBatch batch;
  batch.preconditions.push_back({std::string(kRecordKey), version});
  batch.puts.emplace_back(kRecordKey, record.SerializeAsString());
  return batch;
}

}  // namespace

Keyring::Keyring(std::shared_ptr<Store> store) : store_(std::move(store)) {}

absl::StatusOr<std::shared_ptr<Keyring>> Keyring::Open(
    std::shared_ptr<Store> store, const KekSource& source) {
  std::shared_ptr<Keyring> keyring(new Keyring(std::move(store)));
  if (source.kind() == KekSource::Kind::kNone) return keyring;
  PKI_ASSIGN_OR_RETURN(
      auto stored, ReadRecord<v1::KeyringRecord>(*keyring->store_, kRecordKey));
  if (!stored.has_value()) {
    PKI_ASSIGN_OR_RETURN(auto kek, NewKek(source));
    absl::Status committed =
        keyring->store_->Commit(PutRecord(kek->record, std::nullopt));
    if (committed.ok()) {
      keyring->keks_.push_back(std::move(kek));
      return keyring;
    }
    if (ReasonOf(committed) != v1::REASON_STORE_PRECONDITION) return committed;
    // Another engine was faster: its record counts.
    PKI_ASSIGN_OR_RETURN(
        stored, ReadRecord<v1::KeyringRecord>(*keyring->store_, kRecordKey));
    if (!stored.has_value()) return committed;
  }
  PKI_ASSIGN_OR_RETURN(auto kek, OpenKek(source, stored->record));
  keyring->keks_.push_back(std::move(kek));
  return keyring;
}

absl::StatusOr<std::shared_ptr<Keyring>> Keyring::Ephemeral(
    std::shared_ptr<Store> store) {
  PKI_ASSIGN_OR_RETURN(Secret key, RandomSecret(kAeadKeySize));
  PKI_ASSIGN_OR_RETURN(const KekSource source, KekSource::Key(std::move(key)));
  return Open(std::move(store), source);
}

absl::StatusOr<NewKey> Keyring::Seal(absl::string_view arn,
                                     const Secret& pkcs8) const {
  PKI_ASSIGN_OR_RETURN(Current current, Read());
  PKI_ASSIGN_OR_RETURN(const Bytes key_id, RandomId());
  NewKey made;
  PKI_ASSIGN_OR_RETURN(made.handle,
                       SealUnder(*current.kek, key_id, arn, pkcs8));
  if (current.record.rewrapping()) {
    // It has not seen this key: it is to begin anew.
    current.record.clear_rewrapping();
    made.batch = PutRecord(current.record, current.version);
  } else {
    made.batch.preconditions.push_back(
        {std::string(kRecordKey), current.version});
  }
  return made;
}

absl::StatusOr<Secret> Keyring::Unseal(absl::string_view arn,
                                       ByteView handle) const {
  PKI_RETURN_IF_ERROR(CheckNotEmpty());
  if (handle.size() < kHeaderSize ||
      !absl::StartsWith(Text(handle), kHandleFormat)) {
    return NotOfThisStore();
  }
  const std::shared_ptr<const Kek> kek = Find(KekIdOf(handle));
  if (kek == nullptr) {
    PKI_RETURN_IF_ERROR(Read().status());
    return NotOfThisStore();
  }
  const absl::string_view header = Text(handle.first(kHeaderSize));
  return pki::Unseal(kek->key, handle.subspan(kHeaderSize),
                     View(AssociatedData(header, arn)));
}

absl::StatusOr<std::shared_ptr<const Kek>> Keyring::Prepare(
    const KekSource& source) {
  PKI_RETURN_IF_ERROR(CheckNotEmpty());
  PKI_ASSIGN_OR_RETURN(auto kek, NewKek(source));
  const std::lock_guard<std::mutex> lock(mutex_);
  keks_.push_back(kek);
  return kek;
}

absl::StatusOr<WriteBatch> Keyring::Replace(const Kek& next) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    PKI_ASSIGN_OR_RETURN(Current current, Read());
    if (current.record.rewrapping()) {
      return PutRecord(next.record, current.version);
    }
    current.record.set_rewrapping(true);
    absl::Status committed =
        store_->Commit(PutRecord(current.record, current.version));
    if (!committed.ok() &&
        ReasonOf(committed) != v1::REASON_STORE_PRECONDITION) {
      return committed;
    }
  }
  return Refuse(v1::REASON_LOST_RACE, "",
                "Other engines keep making keys; try again.");
}

absl::StatusOr<Bytes> Keyring::Reseal(absl::string_view arn, ByteView handle,
                                      const Kek& next) const {
  PKI_ASSIGN_OR_RETURN(const Secret pkcs8, Unseal(arn, handle));
  return SealUnder(next, KeyIdOf(handle), arn, pkcs8);
}

std::shared_ptr<const Kek> Keyring::Find(absl::string_view id) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found =
      std::find_if(keks_.begin(), keks_.end(),
                   [id](const auto& kek) { return kek->record.id() == id; });
  return found == keks_.end() ? nullptr : *found;
}

absl::Status Keyring::CheckNotEmpty() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!keks_.empty()) return absl::OkStatus();
  return Refuse(v1::REASON_KEK_MISSING, "",
                "The keys of this store are sealed: open the engine with their "
                "key-encryption key or passphrase.");
}

absl::StatusOr<Keyring::Current> Keyring::Read() const {
  PKI_RETURN_IF_ERROR(CheckNotEmpty());
  PKI_ASSIGN_OR_RETURN(auto stored,
                       ReadRecord<v1::KeyringRecord>(*store_, kRecordKey));
  std::shared_ptr<const Kek> kek;
  if (stored.has_value()) kek = Find(stored->record.id());
  if (kek == nullptr) {
    return Refuse(v1::REASON_KEYRING_CHANGED, "",
                  "The keys of this store have been sealed under another key: "
                  "open the engine again with it.");
  }
  return Current{std::move(stored->record), stored->version, std::move(kek)};
}

}  // namespace pki
