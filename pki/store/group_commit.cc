// A queue whose first caller commits for those behind it.
#include "pki/store/group_commit.h"

#include <condition_variable>
#include <utility>

#include "pki/base/status.h"

namespace pki {
namespace {

size_t SizeOf(const WriteBatch& batch) {
  size_t size = 0;
  for (const auto& [key, value] : batch.puts) size += key.size() + value.size();
  for (const std::string& key : batch.deletes) size += key.size();
  return size;
}

}  // namespace

struct GroupCommit::Caller {
  explicit Caller(WriteBatch given)
      : batch(std::move(given)), size(SizeOf(batch)) {}

  WriteBatch batch;
  const size_t size;
  std::condition_variable changed;
  bool done = false;
  absl::Status result;
};

// The callers at the head of the queue, from when they leave it until each has
// its result.
class GroupCommit::Group {
 public:
  // With the lock held; it is held again when the group ends.
  Group(GroupCommit& owner, std::unique_lock<std::mutex>& lock)
      : owner_(owner), lock_(lock), first_(*owner.queue_.front()) {
    owner_.queue_.pop_front();
    owner_.working_ = true;
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  ~Group() {
    if (!lock_.owns_lock()) lock_.lock();
    for (size_t i = 0; i < callers_.size(); ++i) {
      callers_[i]->result = std::move(results_[i]);
      callers_[i]->done = true;
      // With the lock held: a caller who is done goes, and takes `changed`
      // along.
      callers_[i]->changed.notify_one();
    }
    owner_.working_ = false;
    if (!owner_.queue_.empty()) owner_.queue_.front()->changed.notify_one();
  }

  void Work() {
    Gather();
    lock_.unlock();
    owner_.work_(batches_, results_);
  }

 private:
  // Has the next in the queue join the first. When memory ends, those who wait
  // stay in the queue.
  void Gather() {
    std::deque<Caller*>& queue = owner_.queue_;
    size_t size = first_.size;
    size_t others = 0;
    while (others < queue.size() &&
           size + queue[others]->size <= owner_.group_bytes_) {
      size += queue[others]->size;
      ++others;
    }
    batches_.reserve(1 + others);
    // What the callers get if the work ends by an exception.
    results_.assign(1 + others,
                    Refuse(v1::REASON_STORE_FAILED, "",
                           "The commit was broken off; nothing was written."));
    callers_.reserve(1 + others);
    Join(first_);
    for (; others > 0; --others) {
      Join(*queue.front());
      queue.pop_front();
    }
  }

  void Join(Caller& caller) {
    batches_.push_back(std::move(caller.batch));
    callers_.push_back(&caller);
  }

  GroupCommit& owner_;
  std::unique_lock<std::mutex>& lock_;
  Caller& first_;
  std::vector<Caller*> callers_;
  std::vector<WriteBatch> batches_;
  std::vector<absl::Status> results_;
};

GroupCommit::GroupCommit(size_t group_bytes, Work work)
    : group_bytes_(group_bytes), work_(std::move(work)) {}

absl::Status GroupCommit::Commit(WriteBatch batch) {
  Caller self(std::move(batch));
  std::unique_lock<std::mutex> lock(mutex_);
  queue_.push_back(&self);
  self.changed.wait(lock, [&] {
    return self.done || (!working_ && queue_.front() == &self);
  });
  if (!self.done) Group(*this, lock).Work();
  return std::move(self.result);
}

size_t GroupCommit::waiting() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return queue_.size();
}

}  // namespace pki
