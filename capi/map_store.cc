// Written as a host would: from the header alone.
#include "capi/map_store.h"

#include <algorithm>

namespace pki {
namespace {

std::string Text(pki_bytes bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data), bytes.size);
}

pki_bytes Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

MapStore::MapStore() {
  store_.size = sizeof(store_);
  store_.context = this;
  store_.get = Get;
  store_.scan = Scan;
  store_.commit = Commit;
}

void MapStore::FailAt(int nth, int32_t result) {
  const std::lock_guard<std::mutex> lock(mutex_);
  failing_call_ = calls_ + nth;
  failure_ = result;
}

int MapStore::calls() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return calls_;
}

size_t MapStore::size() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return values_.size();
}

int32_t MapStore::Count() { return ++calls_ == failing_call_ ? failure_ : 0; }

int32_t MapStore::Get(void* context, pki_bytes key, pki_entry_sink entry,
                      void* sink) {
  auto& self = *static_cast<MapStore*>(context);
  const std::lock_guard<std::mutex> lock(self.mutex_);
  if (const int32_t failure = self.Count(); failure != 0) return failure;
  const auto found = self.values_.find(Text(key));
  if (found == self.values_.end()) return 0;
  return entry(sink, Bytes(found->first), Bytes(found->second.bytes),
               found->second.version);
}

int32_t MapStore::Scan(void* context, pki_bytes begin, pki_bytes end,
                       size_t limit, pki_entry_sink entry, void* sink) {
  auto& self = *static_cast<MapStore*>(context);
  const std::lock_guard<std::mutex> lock(self.mutex_);
  if (const int32_t failure = self.Count(); failure != 0) return failure;
  const std::string last = Text(end);
  for (auto it = self.values_.lower_bound(Text(begin));
       limit > 0 && it != self.values_.end() && it->first < last;
       ++it, --limit) {
    const int32_t enough = entry(sink, Bytes(it->first),
                                 Bytes(it->second.bytes), it->second.version);
    if (enough != 0) return enough;
  }
  return 0;
}

int32_t MapStore::Commit(void* context, const pki_batch* batch) {
  auto& self = *static_cast<MapStore*>(context);
  const std::lock_guard<std::mutex> lock(self.mutex_);
  if (const int32_t failure = self.Count(); failure != 0) return failure;
  const bool holds = std::all_of(
      batch->preconditions, batch->preconditions + batch->precondition_count,
      [&](const pki_precondition& precondition) {
        const auto found = self.values_.find(Text(precondition.key));
        return precondition.version ==
               (found == self.values_.end() ? 0 : found->second.version);
      });
  if (!holds) return PKI_STORE_PRECONDITION_FAILED;
  ++self.version_;
  for (size_t i = 0; i < batch->put_count; ++i) {
    self.values_[Text(batch->puts[i].key)] = {Text(batch->puts[i].value),
                                              self.version_};
  }
  for (size_t i = 0; i < batch->delete_count; ++i) {
    self.values_.erase(Text(batch->deletes[i]));
  }
  return 0;
}

}  // namespace pki
