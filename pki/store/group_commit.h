// Group commit: callers that come at the same time share one commit, and its
// fsync.
#ifndef PKI_STORE_GROUP_COMMIT_H_
#define PKI_STORE_GROUP_COMMIT_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "pki/store/store.h"

namespace pki {

// Safe on any thread, and without threads of its own: of the callers in the
// queue one works for all.
class GroupCommit {
 public:
  // Commits the batches, in order, and writes into `results`, which has the
  // same length, what became of each. Never called twice at once.
  using Work = std::function<void(const std::vector<WriteBatch>& batches,
                                  std::vector<absl::Status>& results)>;

  // A group has at least one batch, and no second one that would bring it over
  // `group_bytes` of keys and values.
  GroupCommit(size_t group_bytes, Work work);

  absl::Status Commit(WriteBatch batch);

  // How many callers wait for the next group.
  size_t waiting() const;

 private:
  struct Caller;
  class Group;

  const size_t group_bytes_;
  const Work work_;
  mutable std::mutex mutex_;  // guards all below, and every Caller
  std::deque<Caller*> queue_;
  bool working_ = false;
};

}  // namespace pki

#endif  // PKI_STORE_GROUP_COMMIT_H_
