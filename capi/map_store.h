// A host's store, for tests: a std::map behind the callbacks of a pki_store.
#ifndef PKI_CAPI_MAP_STORE_H_
#define PKI_CAPI_MAP_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "capi/pki_engine.h"

namespace pki {

// Safe on any thread.
class MapStore {
 public:
  MapStore();
  MapStore(const MapStore&) = delete;
  MapStore& operator=(const MapStore&) = delete;

  // Valid as long as this object.
  const pki_store* store() const { return &store_; }

  // The nth callback from now, counted from 1, returns `result` and does
  // nothing; none after it fails.
  void FailAt(int nth, int32_t result);
  // How many callbacks there were.
  int calls();
  // How many entries there are.
  size_t size();

 private:
  struct Value {
    std::string bytes;
    uint64_t version = 0;
  };

  static int32_t Get(void* context, pki_bytes key, pki_entry_sink entry,
                     void* sink);
  static int32_t Scan(void* context, pki_bytes begin, pki_bytes end,
                      size_t limit, pki_entry_sink entry, void* sink);
  static int32_t Commit(void* context, const pki_batch* batch);

  // Counts a callback; what it is to return instead of working, or 0.
  int32_t Count();

  pki_store store_ = {};
  std::mutex mutex_;  // guards all below
  std::map<std::string, Value> values_;
  uint64_t version_ = 0;
  int calls_ = 0;
  int failing_call_ = 0;
  int32_t failure_ = 0;
};

}  // namespace pki

#endif  // PKI_CAPI_MAP_STORE_H_
