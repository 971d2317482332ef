// Records in a store: messages of proto/store.proto, each with its format.
#ifndef PKI_STORE_RECORD_H_
#define PKI_STORE_RECORD_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/store/store.h"

namespace pki {

// What is written into the `format` of new records.
inline constexpr uint32_t kRecordFormat = 1;

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

}  // namespace pki

#endif  // PKI_STORE_RECORD_H_
