// A hash table for the commits, and an order of its keys for the scans.
#include "pki/store/memory_store.h"

#include <algorithm>
#include <utility>

#include "pki/base/status.h"

namespace pki {

absl::StatusOr<std::optional<Entry>> MemoryStore::Get(absl::string_view key) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return Entry{found->first, found->second.bytes, found->second.version};
}

absl::StatusOr<std::vector<Entry>> MemoryStore::Scan(const KeyRange& range,
                                                     size_t limit) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Order();
  std::vector<Entry> entries;
  for (auto key = ordered_.lower_bound(range.begin);
       key != ordered_.end() && *key < range.end && entries.size() < limit;
       ++key) {
    const Value& value = values_.find(*key)->second;
    entries.push_back({std::string(*key), value.bytes, value.version});
  }
  return entries;
}

absl::Status MemoryStore::Commit(WriteBatch batch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const Precondition& precondition : batch.preconditions) {
    if (!Holds(precondition)) return PreconditionFailed();
  }
  ++version_;
  for (auto& [key, bytes] : batch.puts) {
    const auto [place, inserted] = values_.try_emplace(std::move(key));
    if (inserted) unordered_.emplace_back(place->first);
    place->second = {std::move(bytes), version_};
  }
  for (const std::string& key : batch.deletes) {
    const auto found = values_.find(key);
    if (found == values_.end()) continue;
    Order();
    ordered_.erase(found->first);
    values_.erase(found);
  }
  return absl::OkStatus();
}

bool MemoryStore::Holds(const Precondition& precondition) const {
  const auto found = values_.find(precondition.key);
  if (found == values_.end()) return !precondition.version.has_value();
  return found->second.version == precondition.version;
}

void MemoryStore::Order() {
  ordered_.insert(unordered_.begin(), unordered_.end());
  // Without the room that it had.
  unordered_ = {};
}

}  // namespace pki
