// A store in memory: for tests, and for engines that keep nothing.
#ifndef PKI_STORE_MEMORY_STORE_H_
#define PKI_STORE_MEMORY_STORE_H_

#include <mutex>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/node_hash_map.h"
#include "pki/store/store.h"

namespace pki {

// Durable for as long as the object; never fails but for a broken precondition.
// A commit takes about a microsecond, with a million entries too: new keys are
// put in order only when somebody scans or deletes, who pays for it.
class MemoryStore : public Store {
 public:
  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override;
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override;
  absl::Status Commit(WriteBatch batch) override;

 private:
  struct Value {
    Bytes bytes;
    Version version = 0;
  };

  bool Holds(const Precondition& precondition) const;
  // Moves the keys of `unordered_` into `ordered_`.
  void Order();

  std::mutex mutex_;  // guards all below
  // Nodes, because the views below are of its keys.
  absl::node_hash_map<std::string, Value> values_;
  absl::btree_set<absl::string_view> ordered_;
  std::vector<absl::string_view> unordered_;
  // Of the last commit, never reset: so no key sees a version twice.
  Version version_ = 0;
};

}  // namespace pki

#endif  // PKI_STORE_MEMORY_STORE_H_
