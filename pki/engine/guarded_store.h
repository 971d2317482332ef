// A store in front of another, for one call: what allows the call must still be
// there when it takes effect.
#ifndef PKI_ENGINE_GUARDED_STORE_H_
#define PKI_ENGINE_GUARDED_STORE_H_

#include <optional>
#include <set>
#include <string>
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

  // From now on every commit has this precondition too, once.
  void Require(Precondition precondition) {
    required_.emplace(std::move(precondition.key), precondition.version);
  }

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    return store_->Get(key);
  }
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    return store_->Scan(range, limit);
  }
  absl::Status Commit(WriteBatch batch) override {
    for (const auto& [key, version] : required_) {
      batch.preconditions.push_back({key, version});
    }
    return store_->Commit(std::move(batch));
  }

 private:
  Store* const store_;
  std::set<std::pair<std::string, std::optional<Version>>> required_;
};

}  // namespace pki

#endif  // PKI_ENGINE_GUARDED_STORE_H_
