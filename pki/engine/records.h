// The engine's records in the store: their keys, and how they are read and put.
// proto/store.proto shows them.
#ifndef PKI_ENGINE_RECORDS_H_
#define PKI_ENGINE_RECORDS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "pki/base/status.h"
#include "pki/store/store.h"

namespace pki {

// What is written into the `format` of new records.
inline constexpr uint32_t kRecordFormat = 1;

// Every CA is under it.
inline constexpr absl::string_view kCaPrefix = "ca/";

std::string CaKey(absl::string_view ca_id);
std::string CertificateKey(absl::string_view ca_id, absl::string_view serial);
// `scope` separates operations and CAs; `hash` stands for token and request.
std::string TokenKey(absl::string_view scope, absl::string_view hash);

std::string RevocationKey(absl::string_view ca_id, absl::string_view serial);
std::string PolicyKey(absl::string_view ca_id);
std::string PermissionPrefix(absl::string_view ca_id);
std::string PermissionKey(absl::string_view ca_id, absl::string_view principal,
                          absl::string_view account);

// The keys that begin with `prefix`, which ends in a slash.
KeyRange KeysUnder(absl::string_view prefix);

// The first key that comes after `key`.
std::string KeyAfter(absl::string_view key);

template <typename Record>
struct Stored {
  Record record;
  Version version = 0;
};

// What cannot be read. STORAGE_FAILURE.
absl::Status DamagedRecord(absl::string_view key);

// A record of a newer engine, or bytes that are none. STORAGE_FAILURE.
absl::Status CheckRecord(bool parsed, uint32_t format, absl::string_view key);

// The record in an entry. Errors: STORAGE_FAILURE.
template <typename Record>
absl::StatusOr<Stored<Record>> ToRecord(const Entry& entry) {
  Stored<Record> stored;
  stored.version = entry.version;
  const bool parsed = stored.record.ParseFromString(entry.value);
  PKI_RETURN_IF_ERROR(CheckRecord(parsed, stored.record.format(), entry.key));
  return stored;
}

// The record at `key`; none when the key is absent. Errors: STORAGE_FAILURE.
template <typename Record>
absl::StatusOr<std::optional<Stored<Record>>> ReadRecord(
    Store& store, absl::string_view key) {
  PKI_ASSIGN_OR_RETURN(const std::optional<Entry> entry, store.Get(key));
  if (!entry.has_value()) return std::nullopt;
  return ToRecord<Record>(*entry);
}

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace pki

#endif  // PKI_ENGINE_RECORDS_H_
