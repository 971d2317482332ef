// A store in front of another, for one call: what allows the call must still be
// there when it takes effect.
#ifndef PKI_ENGINE_GUARDED_STORE_H_
#define PKI_ENGINE_GUARDED_STORE_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/store/store.h"

namespace pki {

// Require() is for one thread, before the others.
class GuardedStore final : public Store {
 public:
  // `store` outlives this.
  explicit GuardedStore(Store* store) : store_(store) {}

  // From now on every commit has this precondition too.
  void Require(Precondition precondition) {
    required_.push_back(std::move(precondition));
  }

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    return store_->Get(key);
  }
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    return store_->Scan(range, limit);
  }
  absl::Status Commit(WriteBatch batch) override {
    batch.preconditions.insert(batch.preconditions.end(), required_.begin(),
                               required_.end());
    return store_->Commit(std::move(batch));
  }

 private:
  Store* const store_;
  std::vector<Precondition> required_;
};

}  // namespace pki

#endif  // PKI_ENGINE_GUARDED_STORE_H_
