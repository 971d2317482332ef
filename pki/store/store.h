// The storage port: an ordered key-value store with atomic, durable commits and
// preconditions. Small enough to be three callbacks of a host.
#ifndef PKI_STORE_STORE_H_
#define PKI_STORE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"

namespace pki {

// A version grows with every write to its key, and is never given twice to one
// key, not even after a delete. It is at least 1.
using Version = uint64_t;

struct Entry {
  std::string key;
  Bytes value;
  Version version = 0;
};

// The keys from `begin` up to but without `end`, in byte order. Empty when
// `end` does not come after `begin`.
struct KeyRange {
  std::string begin;
  std::string end;
};

// What must hold for a commit: the key is at `version`, or absent when none is
// given.
struct Precondition {
  std::string key;
  std::optional<Version> version;
};

// Preconditions are checked before anything is written. Then the puts are
// applied in order, then the deletes; deleting what is absent does nothing.
struct WriteBatch {
  std::vector<Precondition> preconditions;
  std::vector<std::pair<std::string, Bytes>> puts;
  std::vector<std::string> deletes;
};

// REASON_STORE_PRECONDITION, as every store refuses with it.
absl::Status PreconditionFailed();

// Implementations are called from any thread. A read sees every commit that
// returned before it began.
class Store {
 public:
  virtual ~Store() = default;

  // The entry, or none when the key is absent. Errors: STORAGE_FAILURE.
  virtual absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) = 0;

  // The first `limit` entries of the range, in byte order of their keys.
  // Errors: STORAGE_FAILURE.
  virtual absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                                  size_t limit) = 0;

  // All of the batch, durable when it returns, or nothing of it. Errors:
  // REASON_STORE_PRECONDITION when a precondition does not hold (the caller
  // reads and decides again), else STORAGE_FAILURE.
  virtual absl::Status Commit(WriteBatch batch) = 0;
};

}  // namespace pki

#endif  // PKI_STORE_STORE_H_
