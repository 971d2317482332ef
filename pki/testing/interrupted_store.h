// A store in which something happens between two calls of a decision.
#ifndef PKI_TESTING_INTERRUPTED_STORE_H_
#define PKI_TESTING_INTERRUPTED_STORE_H_

#include <atomic>
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
    Next();
    return store_->Get(key);
  }
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    Next();
    return store_->Scan(range, limit);
  }
  absl::Status Commit(WriteBatch batch) override {
    Next();
    if (before_commit != nullptr) std::exchange(before_commit, nullptr)();
    return store_->Commit(std::move(batch));
  }

  // Runs once.
  std::function<void()> before_commit;

  // `other` runs once, before the nth call from now on, counted from 1.
  void InterruptAt(int nth, std::function<void()> other) {
    calls_left_ = nth;
    was_interrupted_ = false;
    other_ = std::move(other);
  }
  // Whether the last `other` has run.
  bool was_interrupted() const { return was_interrupted_; }

 private:
  void Next() {
    if (--calls_left_ != 0) return;
    was_interrupted_ = true;
    other_();
  }

  const std::shared_ptr<Store> store_;
  std::atomic<int> calls_left_{0};
  std::atomic<bool> was_interrupted_{false};
  std::function<void()> other_;
};

}  // namespace pki

#endif  // PKI_TESTING_INTERRUPTED_STORE_H_
