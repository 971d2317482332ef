// A store in which something happens between a decision and its commit.
#ifndef PKI_TESTING_INTERRUPTED_STORE_H_
#define PKI_TESTING_INTERRUPTED_STORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/store/store.h"

namespace pki {

class InterruptedStore : public Store {
 public:
  explicit InterruptedStore(std::shared_ptr<Store> store)
      : store_(std::move(store)) {}

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    return store_->Get(key);
  }
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    return store_->Scan(range, limit);
  }
  absl::Status Commit(WriteBatch batch) override {
    if (before_commit != nullptr) std::exchange(before_commit, nullptr)();
    return store_->Commit(std::move(batch));
  }

  // Runs once.
  std::function<void()> before_commit;

 private:
  const std::shared_ptr<Store> store_;
};

}  // namespace pki

#endif  // PKI_TESTING_INTERRUPTED_STORE_H_
