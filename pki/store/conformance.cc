// The cases that every Store passes. Each is written for an empty store, and
// gets one: a view of the keys below its own name.
#include "pki/store/conformance.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr size_t kNoLimit = 1000;
constexpr size_t kPage = 1000;
constexpr int kMaxPages = 10;  // far more than a case writes

// The entries below a prefix, as if there were no others.
class StoreBelow : public Store {
 public:
  StoreBelow(Store& store, std::string prefix)
      : store_(store), prefix_(std::move(prefix)) {}

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    PKI_ASSIGN_OR_RETURN(auto entry, store_.Get(Below(key)));
    if (entry.has_value()) entry->key = Strip(entry->key);
    return entry;
  }

  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    PKI_ASSIGN_OR_RETURN(
        auto entries,
        store_.Scan({Below(range.begin), Below(range.end)}, limit));
    for (Entry& entry : entries) entry.key = Strip(entry.key);
    return entries;
  }

  absl::Status Commit(WriteBatch batch) override {
    for (Precondition& precondition : batch.preconditions) {
      precondition.key = Below(precondition.key);
    }
    for (auto& [key, value] : batch.puts) key = Below(key);
    for (std::string& key : batch.deletes) key = Below(key);
    return store_.Commit(std::move(batch));
  }

  // Deletes them all.
  absl::Status Clear() {
    // The prefix ends in '/', and '0' comes next.
    const KeyRange all = {prefix_,
                          absl::StrCat(absl::StripSuffix(prefix_, "/"), "0")};
    for (int page = 0; page < kMaxPages; ++page) {
      PKI_ASSIGN_OR_RETURN(auto entries, store_.Scan(all, kPage));
      if (entries.empty()) return absl::OkStatus();
      WriteBatch batch;
      for (Entry& entry : entries) {
        batch.deletes.push_back(std::move(entry.key));
      }
      PKI_RETURN_IF_ERROR(store_.Commit(std::move(batch)));
    }
    return Refuse(v1::REASON_STORE_CONFORMANCE, "",
                  absl::StrCat("What is deleted below ", prefix_,
                               ": expected to be gone, is still there."));
  }

 private:
  std::string Below(absl::string_view key) const {
    return absl::StrCat(prefix_, key);
  }
  std::string Strip(absl::string_view key) const {
    return std::string(absl::StripPrefix(key, prefix_));
  }

  Store& store_;
  const std::string prefix_;
};

// --- What is committed ------------------------------------------------------

WriteBatch Put(absl::string_view key, absl::string_view value) {
  WriteBatch batch;
  batch.puts.emplace_back(key, value);
  return batch;
}

WriteBatch Delete(absl::string_view key) {
  WriteBatch batch;
  batch.deletes.emplace_back(key);
  return batch;
}

WriteBatch OnlyIf(Precondition precondition, WriteBatch batch) {
  batch.preconditions.push_back(std::move(precondition));
  return batch;
}

Precondition Absent(absl::string_view key) {
  return {std::string(key), std::nullopt};
}

absl::Status CommitAll(Store& store, std::vector<WriteBatch> batches) {
  for (WriteBatch& batch : batches) {
    PKI_RETURN_IF_ERROR(store.Commit(std::move(batch)));
  }
  return absl::OkStatus();
}

// --- What is expected -------------------------------------------------------

absl::Status Differs(absl::string_view what, absl::string_view expected,
                     absl::string_view seen) {
  return Refuse(
      v1::REASON_STORE_CONFORMANCE, "",
      absl::StrCat(what, ": expected ", expected, ", saw ", seen, "."));
}

std::string Show(const std::optional<Bytes>& value) {
  if (!value.has_value()) return "no entry";
  return absl::StrCat(Quote(*value), " of ", value->size(), " bytes");
}

// `value` is none for a key that is absent.
absl::Status ExpectValue(Store& store, absl::string_view key,
                         const std::optional<Bytes>& value) {
  PKI_ASSIGN_OR_RETURN(const auto entry, store.Get(key));
  if (entry.has_value() && entry->key != key) {
    return Differs("the key of an entry", Quote(key), Quote(entry->key));
  }
  const auto seen =
      entry.has_value() ? std::optional<Bytes>(entry->value) : std::nullopt;
  if (seen == value) return absl::OkStatus();
  return Differs(absl::StrCat("the value of ", Quote(key)), Show(value),
                 Show(seen));
}

absl::StatusOr<Version> VersionOf(Store& store, absl::string_view key) {
  PKI_ASSIGN_OR_RETURN(const auto entry, store.Get(key));
  if (!entry.has_value()) return Differs(Quote(key), "an entry", "none");
  if (entry->version == 0) {
    return Differs(absl::StrCat("the version of ", Quote(key)),
                   "a number from 1 on", "0");
  }
  return entry->version;
}

absl::Status ExpectVersionAfter(Store& store, absl::string_view key,
                                Version last) {
  PKI_ASSIGN_OR_RETURN(const Version version, VersionOf(store, key));
  if (version > last) return absl::OkStatus();
  return Differs(absl::StrCat("the version of ", Quote(key)),
                 absl::StrCat("one above ", last), absl::StrCat(version));
}

std::string Show(const std::vector<std::string>& keys) {
  return absl::StrCat(
      keys.size(), " keys: ",
      absl::StrJoin(keys, ", ", [](std::string* out, const std::string& key) {
        absl::StrAppend(out, Quote(key));
      }));
}

absl::Status ExpectKeys(Store& store, const KeyRange& range, size_t limit,
                        const std::vector<std::string>& keys) {
  PKI_ASSIGN_OR_RETURN(const auto entries, store.Scan(range, limit));
  std::vector<std::string> seen;
  for (const Entry& entry : entries) seen.push_back(entry.key);
  if (seen == keys) return absl::OkStatus();
  return Differs(absl::StrCat("a scan from ", Quote(range.begin), " to ",
                              Quote(range.end), ", limit ", limit),
                 Show(keys), Show(seen));
}

// `what` says which precondition does not hold.
absl::Status ExpectRefused(Store& store, WriteBatch batch,
                           absl::string_view what) {
  absl::Status status = store.Commit(std::move(batch));
  if (status.ok()) {
    return Differs(absl::StrCat("a commit although ", what),
                   "a failed precondition", "success");
  }
  if (ReasonOf(status) == v1::REASON_STORE_PRECONDITION) {
    return absl::OkStatus();
  }
  return status;
}

// --- One thread -------------------------------------------------------------

absl::Status AbsentKeyIsNone(Store& store) {
  return ExpectValue(store, "a", std::nullopt);
}

absl::Status PutIsSeenAfterCommit(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "1")));
  PKI_RETURN_IF_ERROR(ExpectValue(store, "a", "1"));
  PKI_RETURN_IF_ERROR(VersionOf(store, "a").status());
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "2")));
  return ExpectValue(store, "a", "2");
}

absl::Status KeysAreAnyBytes(Store& store) {
  const std::vector<std::string> keys = {
      std::string("\0", 1), std::string("k\0a", 3), std::string("k\0b", 3),
      "k\n/", "k\x80\xff"};
  for (const std::string& key : keys) {
    PKI_RETURN_IF_ERROR(store.Commit(Put(key, absl::StrCat("of ", key))));
  }
  for (const std::string& key : keys) {
    PKI_RETURN_IF_ERROR(ExpectValue(store, key, absl::StrCat("of ", key)));
  }
  return ExpectKeys(store, {"", "\xff"}, kNoLimit, keys);
}

absl::Status KeysMayBeLong(Store& store) {
  constexpr size_t kSize = 480;  // and the prefix
  const std::string key(kSize, 'k');
  PKI_RETURN_IF_ERROR(store.Commit(Put(key + "1", "1")));
  PKI_RETURN_IF_ERROR(store.Commit(Put(key + "2", "2")));
  PKI_RETURN_IF_ERROR(ExpectValue(store, key + "1", "1"));
  return ExpectValue(store, key + "2", "2");
}

absl::Status ValuesAreAnyBytes(Store& store) {
  const Bytes value("\0v\x80\n'\xff\0", 7);
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", value)));
  return ExpectValue(store, "a", value);
}

absl::Status ValuesMayBeEmpty(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "")));
  PKI_RETURN_IF_ERROR(ExpectValue(store, "a", ""));
  return ExpectKeys(store, {"a", "b"}, kNoLimit, {"a"});
}

absl::Status ValuesMayBeLarge(Store& store) {
  constexpr size_t kMegabyte = 1 << 20;
  for (const size_t size : {kMegabyte, 4 * kMegabyte}) {
    Bytes value(size, '\xfe');
    value.back() = 'z';
    PKI_RETURN_IF_ERROR(store.Commit(Put("a", value)));
    PKI_RETURN_IF_ERROR(ExpectValue(store, "a", value));
  }
  return absl::OkStatus();
}

absl::Status EmptyBatchCommits(Store& store) { return store.Commit({}); }

absl::Status EveryWriteRaisesTheVersion(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "same")));
  PKI_ASSIGN_OR_RETURN(const Version first, VersionOf(store, "a"));
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "same")));
  return ExpectVersionAfter(store, "a", first);
}

absl::Status VersionsAreNotReusedAfterDelete(Store& store) {
  Version last = 0;
  for (const char* const value : {"1", "2", "3"}) {
    PKI_RETURN_IF_ERROR(store.Commit(Put("a", value)));
    PKI_RETURN_IF_ERROR(ExpectVersionAfter(store, "a", last));
    PKI_ASSIGN_OR_RETURN(last, VersionOf(store, "a"));
    PKI_RETURN_IF_ERROR(store.Commit(Delete("a")));
  }
  return absl::OkStatus();
}

absl::Status WritingOneKeyLeavesOtherVersions(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "1")));
  PKI_ASSIGN_OR_RETURN(const Version first, VersionOf(store, "a"));
  PKI_RETURN_IF_ERROR(store.Commit(Put("b", "2")));
  PKI_ASSIGN_OR_RETURN(const Version now, VersionOf(store, "a"));
  if (now == first) return absl::OkStatus();
  return Differs("the version of a key that was not written",
                 absl::StrCat(first), absl::StrCat(now));
}

absl::Status DeleteRemovesAndToleratesAbsence(Store& store) {
  PKI_RETURN_IF_ERROR(
      CommitAll(store, {Put("a", "1"), Put("b", "1"), Delete("a")}));
  PKI_RETURN_IF_ERROR(ExpectValue(store, "a", std::nullopt));
  PKI_RETURN_IF_ERROR(ExpectKeys(store, {"", "z"}, kNoLimit, {"b"}));
  PKI_RETURN_IF_ERROR(store.Commit(Delete("a")));
  return ExpectValue(store, "b", "1");
}

absl::Status PutsApplyInOrderThenDeletes(Store& store) {
  WriteBatch batch;
  batch.puts = {{"a", "1"}, {"a", "2"}, {"b", "1"}};
  batch.deletes = {"b"};
  PKI_RETURN_IF_ERROR(store.Commit(std::move(batch)));
  PKI_RETURN_IF_ERROR(ExpectValue(store, "a", "2"));
  return ExpectValue(store, "b", std::nullopt);
}

// --- Preconditions ----------------------------------------------------------

absl::Status AbsentPreconditionHoldsOnce(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(OnlyIf(Absent("a"), Put("a", "1"))));
  PKI_RETURN_IF_ERROR(ExpectRefused(store, OnlyIf(Absent("a"), Put("a", "2")),
                                    "a key that must be absent is there"));
  return ExpectValue(store, "a", "1");
}

absl::Status VersionPreconditionHoldsForThatVersionOnly(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "1")));
  PKI_ASSIGN_OR_RETURN(const Version version, VersionOf(store, "a"));
  PKI_RETURN_IF_ERROR(
      ExpectRefused(store, OnlyIf({"a", version + 1}, Put("a", "2")),
                    "the key is at an earlier version than it must be"));
  PKI_RETURN_IF_ERROR(store.Commit(OnlyIf({"a", version}, Put("a", "3"))));
  PKI_RETURN_IF_ERROR(
      ExpectRefused(store, OnlyIf({"a", version}, Put("a", "4")),
                    "the key is at a later version than it must be"));
  return ExpectValue(store, "a", "3");
}

absl::Status VersionPreconditionFailsOnAbsentKey(Store& store) {
  PKI_RETURN_IF_ERROR(ExpectRefused(store,
                                    OnlyIf({"a", Version{1}}, Put("b", "1")),
                                    "the key was never there"));
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "1")));
  PKI_ASSIGN_OR_RETURN(const Version version, VersionOf(store, "a"));
  PKI_RETURN_IF_ERROR(store.Commit(Delete("a")));
  PKI_RETURN_IF_ERROR(ExpectRefused(
      store, OnlyIf({"a", version}, Put("b", "1")), "the key was deleted"));
  return ExpectValue(store, "b", std::nullopt);
}

absl::Status PreconditionsMayBeOnKeysNotWritten(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "1")));
  PKI_ASSIGN_OR_RETURN(const Version version, VersionOf(store, "a"));
  PKI_RETURN_IF_ERROR(store.Commit(OnlyIf({"a", version}, Put("b", "1"))));
  PKI_RETURN_IF_ERROR(ExpectValue(store, "b", "1"));
  PKI_RETURN_IF_ERROR(store.Commit(OnlyIf({"a", version}, {})));
  return ExpectRefused(store, OnlyIf(Absent("a"), {}),
                       "a key that must be absent is there");
}

// The broken one is the first, one in the middle, or the last.
absl::Status PreconditionsMustAllHold(Store& store) {
  PKI_RETURN_IF_ERROR(CommitAll(store, {Put("a", "1"), Put("b", "1")}));
  PKI_ASSIGN_OR_RETURN(const Version a, VersionOf(store, "a"));
  PKI_ASSIGN_OR_RETURN(const Version b, VersionOf(store, "b"));
  WriteBatch batch = Put("d", "1");
  batch.preconditions = {{"a", a}, {"b", b}, Absent("c")};
  for (const size_t broken : {0, 1, 2}) {
    WriteBatch refused = batch;
    refused.preconditions[broken] = {"c", a};
    PKI_RETURN_IF_ERROR(ExpectRefused(
        store, std::move(refused),
        absl::StrCat("precondition ", broken + 1, " of 3 does not hold")));
    PKI_RETURN_IF_ERROR(ExpectValue(store, "d", std::nullopt));
  }
  PKI_RETURN_IF_ERROR(store.Commit(std::move(batch)));
  return ExpectValue(store, "d", "1");
}

absl::Status BrokenPreconditionWritesNothing(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("a", "1")));
  PKI_ASSIGN_OR_RETURN(const Version version, VersionOf(store, "a"));
  WriteBatch batch;
  batch.preconditions = {{"a", version}, {"c", version}};
  batch.puts = {{"a", "2"}, {"b", "2"}};
  batch.deletes = {"a"};
  PKI_RETURN_IF_ERROR(
      ExpectRefused(store, std::move(batch), "the key was never there"));
  PKI_RETURN_IF_ERROR(ExpectValue(store, "a", "1"));
  PKI_RETURN_IF_ERROR(ExpectValue(store, "b", std::nullopt));
  // The version that was there before the commit is there still.
  return store.Commit(OnlyIf({"a", version}, {}));
}

// --- Scans ------------------------------------------------------------------

absl::Status ScanIsInByteOrder(Store& store) {
  const std::string zero("a\0", 2);
  for (const std::string& key :
       {std::string("b"), std::string("a\xff"), std::string("a"), zero,
        std::string("B"), std::string("a/"), std::string("10"),
        std::string("9")}) {
    PKI_RETURN_IF_ERROR(store.Commit(Put(key, key)));
  }
  return ExpectKeys(store, {"", "z"}, kNoLimit,
                    {"10", "9", "B", "a", zero, "a/", "a\xff", "b"});
}

absl::Status ScanHasItsBeginAndNotItsEnd(Store& store) {
  PKI_RETURN_IF_ERROR(
      CommitAll(store, {Put("a", "1"), Put("b", "1"), Put("c", "1")}));
  using Keys = std::vector<std::string>;
  const std::pair<KeyRange, Keys> ranges[] = {
      {{"a", "c"}, {"a", "b"}}, {{"aa", "ca"}, {"b", "c"}},
      {{"b", "b"}, {}},         {{"c", "a"}, {}},
      {{"a", ""}, {}},          {{"d", "z"}, {}},
  };
  for (const auto& [range, keys] : ranges) {
    PKI_RETURN_IF_ERROR(ExpectKeys(store, range, kNoLimit, keys));
  }
  return absl::OkStatus();
}

absl::Status ScanStopsAtItsLimit(Store& store) {
  PKI_RETURN_IF_ERROR(
      CommitAll(store, {Put("c", "1"), Put("a", "1"), Put("b", "1")}));
  PKI_RETURN_IF_ERROR(ExpectKeys(store, {"", "z"}, 0, {}));
  PKI_RETURN_IF_ERROR(ExpectKeys(store, {"", "z"}, 2, {"a", "b"}));
  return ExpectKeys(store, {"", "z"}, 3, {"a", "b", "c"});
}

absl::Status ScanAnswersWhatGetAnswers(Store& store) {
  PKI_RETURN_IF_ERROR(CommitAll(store, {Put("a", "1"), Put("a", "2")}));
  PKI_ASSIGN_OR_RETURN(const auto got, store.Get("a"));
  PKI_ASSIGN_OR_RETURN(const auto scanned, store.Scan({"a", "b"}, kNoLimit));
  if (!got.has_value() || scanned.size() != 1) {
    return Differs(
        "a get and a scan", "one entry each",
        absl::StrCat(got.has_value() ? 1 : 0, " and ", scanned.size()));
  }
  const Entry& entry = scanned.front();
  if (entry.value != got->value || entry.version != got->version) {
    return Differs(
        "what a scan answers",
        absl::StrCat(Show(got->value), " at version ", got->version),
        absl::StrCat(Show(entry.value), " at version ", entry.version));
  }
  return absl::OkStatus();
}

absl::Status ScanSeesWritesBetweenScans(Store& store) {
  PKI_RETURN_IF_ERROR(store.Commit(Put("b", "1")));
  PKI_RETURN_IF_ERROR(ExpectKeys(store, {"", "z"}, kNoLimit, {"b"}));
  PKI_RETURN_IF_ERROR(CommitAll(
      store, {Put("a", "1"), Delete("b"), Put("c", "1"), Delete("c")}));
  return ExpectKeys(store, {"", "z"}, kNoLimit, {"a"});
}

// Many entries of one commit, read page by page.
absl::Status ScanPagesMeetEveryEntryOnce(Store& store) {
  constexpr int kEntries = 1000;
  constexpr size_t kPageSize = 128;
  WriteBatch batch;
  std::vector<std::string> keys;
  for (int i = 0; i < kEntries; ++i) {
    keys.push_back(absl::StrCat(absl::Dec(i, absl::kZeroPad4)));
    batch.puts.emplace_back(keys.back(), keys.back());
  }
  PKI_RETURN_IF_ERROR(store.Commit(std::move(batch)));
  std::string begin;
  std::vector<std::string> seen;
  while (seen.size() < keys.size()) {
    PKI_ASSIGN_OR_RETURN(const auto entries,
                         store.Scan({begin, "z"}, kPageSize));
    if (entries.empty()) break;
    for (const Entry& entry : entries) seen.push_back(entry.key);
    begin = seen.back() + '\0';
  }
  if (seen == keys) return absl::OkStatus();
  return Differs("the pages of a long scan", absl::StrCat(kEntries, " keys"),
                 absl::StrCat(seen.size(), " keys, or others"));
}

// --- Several threads --------------------------------------------------------

class JoinedThreads {
 public:
  JoinedThreads() = default;
  JoinedThreads(const JoinedThreads&) = delete;
  JoinedThreads& operator=(const JoinedThreads&) = delete;
  ~JoinedThreads() {
    for (std::thread& thread : threads_) thread.join();
  }
  void Start(std::function<void()> work) {
    threads_.emplace_back(std::move(work));
  }

 private:
  std::vector<std::thread> threads_;
};

// Runs work(0) to work(count - 1) at once, until all have ended. The first
// error.
absl::Status RunOnThreads(int count,
                          const std::function<absl::Status(int)>& work) {
  std::vector<absl::Status> results(count);
  {
    JoinedThreads threads;
    for (int i = 0; i < count; ++i) {
      threads.Start([&, i] { results[i] = work(i); });
    }
  }
  for (absl::Status& result : results) PKI_RETURN_IF_ERROR(result);
  return absl::OkStatus();
}

// Lets threads do one thing after the other.
class Turns {
 public:
  void Await(int turn) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == turn; });
  }
  void Pass() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++turn_;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int turn_ = 0;
};

absl::Status ExpectValueEverywhere(Store& store, const std::string& key,
                                   const Bytes& value) {
  PKI_RETURN_IF_ERROR(ExpectValue(store, key, value));
  PKI_ASSIGN_OR_RETURN(const auto scanned,
                       store.Scan({key, key + '\0'}, kNoLimit));
  if (scanned.size() == 1 && scanned.front().value == value) {
    return absl::OkStatus();
  }
  return Differs(absl::StrCat("a scan of ", Quote(key)), Show(value),
                 scanned.empty() ? "no entry" : Show(scanned.front().value));
}

// One thread commits, then another, which has read before, reads again.
absl::Status OtherThreadsSeeCommits(Store& store) {
  constexpr int kRounds = 20;
  Turns turns;
  return RunOnThreads(2, [&](int thread) {
    const bool writes = thread == 0;
    absl::Status result;
    // To the end also after an error: the other one waits for its turn.
    for (int round = 0; round < kRounds; ++round) {
      const std::string value = absl::StrCat(round);
      turns.Await(2 * round + thread);
      result.Update(writes ? store.Commit(Put("a", value))
                           : ExpectValueEverywhere(store, "a", value));
      turns.Pass();
    }
    return result;
  });
}

// Keys that are always written together are never seen apart.
absl::Status ReadersSeeWholeCommits(Store& store) {
  constexpr int kReaders = 3;
  constexpr int kCommits = 50;
  constexpr int kReads = 200;
  const std::vector<std::string> keys = {"a", "b", "c", "d"};
  const auto write = [&](int n) {
    WriteBatch batch;
    for (const std::string& key : keys) {
      batch.puts.emplace_back(key, absl::StrCat(n));
    }
    return store.Commit(std::move(batch));
  };
  const auto read = [&]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(const auto entries, store.Scan({"a", "z"}, kNoLimit));
    std::vector<Bytes> values;
    for (const Entry& entry : entries) values.push_back(entry.value);
    if (values.empty() ||
        values != std::vector<Bytes>(keys.size(), values[0])) {
      return Differs("a scan during commits that write four keys",
                     "the same value four times", absl::StrJoin(values, ", "));
    }
    return absl::OkStatus();
  };
  PKI_RETURN_IF_ERROR(write(0));
  std::atomic<int> commits{0};
  std::atomic<int> reads{0};
  std::atomic<bool> failed{false};
  // Readers and the writer go on until there was enough of both.
  const auto repeat = [&](std::atomic<int>& done,
                          const std::function<absl::Status()>& work) {
    while (!failed && (commits < kCommits || reads < kReads)) {
      absl::Status status = work();
      if (!status.ok()) {
        failed = true;
        return status;
      }
      ++done;
    }
    return absl::OkStatus();
  };
  return RunOnThreads(1 + kReaders, [&](int thread) {
    if (thread > 0) return repeat(reads, read);
    return repeat(commits, [&] { return write(commits + 1); });
  });
}

// Writers that read, add one, and commit only if nobody came between: no
// addition is lost.
absl::Status ConcurrentWritersLoseNothing(Store& store) {
  constexpr int kThreads = 4;
  constexpr int kAdditions = 50;
  constexpr int kMaxAttempts = 10000;
  PKI_RETURN_IF_ERROR(store.Commit(Put("n", "0")));
  const auto add_one = [&]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(const auto entry, store.Get("n"));
    int n = 0;
    if (!entry.has_value() || !absl::SimpleAtoi(entry->value, &n)) {
      return Differs("a key that is always there", "a number", "none");
    }
    return store.Commit(
        OnlyIf({"n", entry->version}, Put("n", absl::StrCat(n + 1))));
  };
  PKI_RETURN_IF_ERROR(RunOnThreads(kThreads, [&](int) -> absl::Status {
    int added = 0;
    for (int i = 0; i < kMaxAttempts && added < kAdditions; ++i) {
      absl::Status status = add_one();
      if (status.ok()) {
        ++added;
      } else if (ReasonOf(status) != v1::REASON_STORE_PRECONDITION) {
        return status;
      }
    }
    if (added == kAdditions) return absl::OkStatus();
    return Differs("commits on the version that was just read",
                   absl::StrCat(kAdditions, " that succeed in ", kMaxAttempts,
                                " attempts"),
                   absl::StrCat(added));
  }));
  return ExpectValue(store, "n", absl::StrCat(kThreads * kAdditions));
}

// Of all that create the same key, one succeeds.
absl::Status ConcurrentCreatorsHaveOneWinner(Store& store) {
  constexpr int kThreads = 4;
  constexpr int kKeys = 50;
  std::vector<std::atomic<int>> winners(kKeys);
  PKI_RETURN_IF_ERROR(RunOnThreads(kThreads, [&](int) -> absl::Status {
    for (int i = 0; i < kKeys; ++i) {
      const std::string key = absl::StrCat("k", i);
      absl::Status status = store.Commit(OnlyIf(Absent(key), Put(key, "1")));
      if (status.ok()) {
        ++winners[i];
      } else if (ReasonOf(status) != v1::REASON_STORE_PRECONDITION) {
        return status;
      }
    }
    return absl::OkStatus();
  }));
  for (const std::atomic<int>& count : winners) {
    if (count == 1) continue;
    return Differs("threads that create the same key", "one that succeeds",
                   absl::StrCat(count.load()));
  }
  return absl::OkStatus();
}

constexpr ConformanceCase kCases[] = {
    {"AbsentKeyIsNone", AbsentKeyIsNone},
    {"PutIsSeenAfterCommit", PutIsSeenAfterCommit},
    {"KeysAreAnyBytes", KeysAreAnyBytes},
    {"KeysMayBeLong", KeysMayBeLong},
    {"ValuesAreAnyBytes", ValuesAreAnyBytes},
    {"ValuesMayBeEmpty", ValuesMayBeEmpty},
    {"ValuesMayBeLarge", ValuesMayBeLarge},
    {"EmptyBatchCommits", EmptyBatchCommits},
    {"EveryWriteRaisesTheVersion", EveryWriteRaisesTheVersion},
    {"VersionsAreNotReusedAfterDelete", VersionsAreNotReusedAfterDelete},
    {"WritingOneKeyLeavesOtherVersions", WritingOneKeyLeavesOtherVersions},
    {"DeleteRemovesAndToleratesAbsence", DeleteRemovesAndToleratesAbsence},
    {"PutsApplyInOrderThenDeletes", PutsApplyInOrderThenDeletes},
    {"AbsentPreconditionHoldsOnce", AbsentPreconditionHoldsOnce},
    {"VersionPreconditionHoldsForThatVersionOnly",
     VersionPreconditionHoldsForThatVersionOnly},
    {"VersionPreconditionFailsOnAbsentKey",
     VersionPreconditionFailsOnAbsentKey},
    {"PreconditionsMayBeOnKeysNotWritten", PreconditionsMayBeOnKeysNotWritten},
    {"PreconditionsMustAllHold", PreconditionsMustAllHold},
    {"BrokenPreconditionWritesNothing", BrokenPreconditionWritesNothing},
    {"ScanIsInByteOrder", ScanIsInByteOrder},
    {"ScanHasItsBeginAndNotItsEnd", ScanHasItsBeginAndNotItsEnd},
    {"ScanStopsAtItsLimit", ScanStopsAtItsLimit},
    {"ScanAnswersWhatGetAnswers", ScanAnswersWhatGetAnswers},
    {"ScanSeesWritesBetweenScans", ScanSeesWritesBetweenScans},
    {"ScanPagesMeetEveryEntryOnce", ScanPagesMeetEveryEntryOnce},
    {"OtherThreadsSeeCommits", OtherThreadsSeeCommits},
    {"ReadersSeeWholeCommits", ReadersSeeWholeCommits},
    {"ConcurrentWritersLoseNothing", ConcurrentWritersLoseNothing},
    {"ConcurrentCreatorsHaveOneWinner", ConcurrentCreatorsHaveOneWinner},
};

}  // namespace

absl::Span<const ConformanceCase> ConformanceCases() { return kCases; }

absl::Status RunConformanceCase(const ConformanceCase& conformance_case,
                                Store& store) {
  StoreBelow below(
      store, absl::StrCat("pki_store_check/", conformance_case.name, "/"));
  PKI_RETURN_IF_ERROR(below.Clear());
  absl::Status result = conformance_case.run(below);
  if (ReasonOf(result) == v1::REASON_STORE_PRECONDITION) {
    result = Differs("a commit that nothing stands against", "success",
                     "a failed precondition");
  }
  result.Update(below.Clear());
  return result;
}

}  // namespace pki
