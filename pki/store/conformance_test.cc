// Tests of the conformance cases: stores that are broken in one way each, and
// the case that finds it.
#include "pki/store/conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/store/conformance_suite.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::HasSubstr;

enum class Flaw {
  kNone,
  kAbsentIsEmpty,
  kLosesPuts,
  kKeysAreCStrings,
  kKeysIgnoreCase,
  kKeysAreCut,
  kValuesAreCStrings,
  kEmptyValuesAreAbsent,
  kTruncatesValues,
  kRefusesEmptyBatch,
  kRefusesTrueVersions,
  kSameValueKeepsVersion,
  kReusesVersions,
  kOneVersionForAll,
  kIgnoresDeletes,
  kDeletesBeforePuts,
  kFirstPutWins,
  kIgnoresAbsence,
  kIgnoresVersions,
  kAcceptsLaterVersions,
  kAbsentHasAnyVersion,
  kChecksWrittenKeysOnly,
  kChecksFirstPrecondition,
  kWritesBeforeChecking,
  kScansUnordered,
  kScansSigned,
  kScansPastEnd,
  kScansAfterBegin,
  kIgnoresLimit,
  kScansOneMore,
  kScansAtMostHundred,
  kScansOldVersions,
  kScansRemember,
  kReadsRemember,
  kWritesOneByOne,
  kChecksThenWrites,
};

// A plain store on a map, with at most one flaw. Safe on any thread, except
// that two flaws let others in where they must not.
class FlawedStore : public Store {
 public:
  explicit FlawedStore(Flaw flaw) : flaw_(flaw) {}

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++calls_;
    if (Has(Flaw::kAbsentIsEmpty) && values_.count(Stored(key)) == 0) {
      return Entry{std::string(key), "", 1};
    }
    if (!Has(Flaw::kReadsRemember)) return Get(values_.find(Stored(key)));
    auto& known = read_[std::this_thread::get_id()];
    const auto found = known.find(Stored(key));
    if (found != known.end()) return found->second;
    return known[Stored(key)] = Get(values_.find(Stored(key)));
  }

  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++calls_;
    if (Has(Flaw::kIgnoresLimit)) limit = values_.size();
    if (Has(Flaw::kScansOneMore)) ++limit;
    if (Has(Flaw::kScansAtMostHundred)) limit = std::min<size_t>(limit, 100);
    std::vector<Entry> entries;
    for (auto it = values_.begin(); it != values_.end(); ++it) {
      if (entries.size() < limit && InRange(it->first, range)) {
        entries.push_back(*Get(it));
        if (Has(Flaw::kScansOldVersions)) entries.back().version = 1;
      }
    }
    if (Has(Flaw::kScansUnordered)) {
      std::reverse(entries.begin(), entries.end());
    }
    if (Has(Flaw::kScansSigned)) {
      std::sort(entries.begin(), entries.end(),
                [](const Entry& a, const Entry& b) {
                  return std::lexicographical_compare(
                      a.key.begin(), a.key.end(), b.key.begin(), b.key.end(),
                      [](char x, char y) {
                        return static_cast<signed char>(x) <
                               static_cast<signed char>(y);
                      });
                });
    }
    if (!Has(Flaw::kScansRemember)) return entries;
    return scanned_.emplace(range.begin, entries).first->second;
  }

  absl::Status Commit(WriteBatch batch) override {
    std::unique_lock<std::mutex> lock(mutex_);
    ++calls_;
    if (Has(Flaw::kRefusesEmptyBatch) && batch.puts.empty() &&
        batch.deletes.empty()) {
      return Refuse(v1::REASON_STORE_FAILED, "", "there is nothing to do");
    }
    if (Has(Flaw::kChecksWrittenKeysOnly)) {
      auto& wanted = batch.preconditions;
      wanted.erase(std::remove_if(wanted.begin(), wanted.end(),
                                  [&](const Precondition& precondition) {
                                    return std::none_of(
                                        batch.puts.begin(), batch.puts.end(),
                                        [&](const auto& put) {
                                          return put.first == precondition.key;
                                        });
                                  }),
                   wanted.end());
    }
    if (Has(Flaw::kChecksFirstPrecondition) && !batch.preconditions.empty()) {
      batch.preconditions.resize(1);
    }
    const bool holds = std::all_of(
        batch.preconditions.begin(), batch.preconditions.end(),
        [&](const Precondition& precondition) { return Holds(precondition); });
    if (!holds && !Has(Flaw::kWritesBeforeChecking)) return Refused();
    if (Has(Flaw::kChecksThenWrites) && !batch.preconditions.empty()) {
      MeetAnother(lock);
    }
    Write(batch, lock);
    return holds ? absl::OkStatus() : Refused();
  }

 private:
  struct Value {
    Bytes bytes;
    Version version = 0;
  };
  using Values = std::map<std::string, Value>;

  bool Has(Flaw flaw) const { return flaw_ == flaw; }

  static absl::Status Refused() {
    return Refuse(v1::REASON_STORE_PRECONDITION, "", "the record changed");
  }

  // The first two who come go on together.
  void MeetAnother(std::unique_lock<std::mutex>& lock) {
    ++met_;
    meeting_.notify_all();
    meeting_.wait(lock, [&] { return met_ >= 2; });
  }

  // Waits for a few calls of other threads, if there are any.
  void LetOthersIn(std::unique_lock<std::mutex>& lock) {
    constexpr int kCalls = 8;
    constexpr int kPatience = 10000;
    const int until = calls_ + kCalls;
    for (int i = 0; i < kPatience && calls_ < until; ++i) {
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
    }
  }

  std::optional<Entry> Get(Values::const_iterator it) const {
    if (it == values_.end()) return std::nullopt;
    return Entry{it->first, it->second.bytes, it->second.version};
  }

  static std::string UpToZero(absl::string_view bytes) {
    return std::string(bytes.substr(0, bytes.find('\0')));
  }

  // The key under which `key` is kept.
  std::string Stored(absl::string_view key) const {
    if (Has(Flaw::kKeysAreCStrings)) return UpToZero(key);
    if (Has(Flaw::kKeysIgnoreCase)) return absl::AsciiStrToLower(key);
    if (Has(Flaw::kKeysAreCut)) return std::string(key.substr(0, 255));
    return std::string(key);
  }

  Bytes StoredValue(const Bytes& value) const {
    if (Has(Flaw::kValuesAreCStrings)) return UpToZero(value);
    if (Has(Flaw::kTruncatesValues)) return value.substr(0, 65536);
    return value;
  }

  bool InRange(const std::string& key, const KeyRange& range) const {
    if (Has(Flaw::kScansPastEnd) && key == range.end) return true;
    if (Has(Flaw::kScansAfterBegin) && key == range.begin) return false;
    return key >= range.begin && key < range.end;
  }

  bool Holds(const Precondition& precondition) const {
    const auto found = values_.find(Stored(precondition.key));
    if (!precondition.version.has_value()) {
      return Has(Flaw::kIgnoresAbsence) || found == values_.end();
    }
    if (Has(Flaw::kIgnoresVersions)) return true;
    if (Has(Flaw::kRefusesTrueVersions)) return false;
    if (found == values_.end()) return Has(Flaw::kAbsentHasAnyVersion);
    if (Has(Flaw::kAcceptsLaterVersions)) {
      return found->second.version >= *precondition.version;
    }
    return found->second.version == *precondition.version;
  }

  Version NextVersion(const Values::iterator& it) {
    if (Has(Flaw::kReusesVersions)) return it->second.version + 1;
    return ++version_;
  }

  void Write(const WriteBatch& batch, std::unique_lock<std::mutex>& lock) {
    if (Has(Flaw::kDeletesBeforePuts)) Delete(batch);
    std::set<std::string> written;
    for (const auto& [key, bytes] : batch.puts) {
      if (Has(Flaw::kLosesPuts)) continue;
      if (Has(Flaw::kFirstPutWins) && !written.insert(key).second) continue;
      if (Has(Flaw::kEmptyValuesAreAbsent) && bytes.empty()) continue;
      const auto [it, inserted] = values_.try_emplace(Stored(key));
      if (Has(Flaw::kSameValueKeepsVersion) && !inserted &&
          it->second.bytes == bytes) {
        continue;
      }
      it->second = {StoredValue(bytes), NextVersion(it)};
      if (Has(Flaw::kWritesOneByOne)) LetOthersIn(lock);
    }
    if (Has(Flaw::kOneVersionForAll)) {
      for (auto& [key, value] : values_) value.version = version_;
    }
    if (!Has(Flaw::kDeletesBeforePuts)) Delete(batch);
  }

  void Delete(const WriteBatch& batch) {
    if (Has(Flaw::kIgnoresDeletes)) return;
    for (const std::string& key : batch.deletes) values_.erase(Stored(key));
  }

  const Flaw flaw_;
  std::mutex mutex_;  // guards all below
  Values values_;
  Version version_ = 0;
  int calls_ = 0;
  int met_ = 0;
  std::condition_variable meeting_;
  // What reads remember, and scans.
  std::map<std::thread::id, std::map<std::string, std::optional<Entry>>> read_;
  std::map<std::string, std::vector<Entry>> scanned_;
};

// The plain store passes as a case each.
INSTANTIATE_TEST_SUITE_P(Plain, StoreConformanceTest, ConformanceCasesOn([] {
                           return std::make_unique<FlawedStore>(Flaw::kNone);
                         }),
                         ConformanceCaseName);

struct FlawAndFinder {
  Flaw flaw;
  const char* finder;
};

constexpr FlawAndFinder kFlaws[] = {
    {Flaw::kAbsentIsEmpty, "AbsentKeyIsNone"},
    {Flaw::kLosesPuts, "PutIsSeenAfterCommit"},
    {Flaw::kKeysAreCStrings, "KeysAreAnyBytes"},
    {Flaw::kKeysIgnoreCase, "ScanIsInByteOrder"},
    {Flaw::kKeysAreCut, "KeysMayBeLong"},
    {Flaw::kValuesAreCStrings, "ValuesAreAnyBytes"},
    {Flaw::kEmptyValuesAreAbsent, "ValuesMayBeEmpty"},
    {Flaw::kTruncatesValues, "ValuesMayBeLarge"},
    {Flaw::kRefusesEmptyBatch, "EmptyBatchCommits"},
    {Flaw::kRefusesTrueVersions, "VersionPreconditionHoldsForThatVersionOnly"},
    {Flaw::kSameValueKeepsVersion, "EveryWriteRaisesTheVersion"},
    {Flaw::kReusesVersions, "VersionsAreNotReusedAfterDelete"},
    {Flaw::kOneVersionForAll, "WritingOneKeyLeavesOtherVersions"},
    {Flaw::kIgnoresDeletes, "DeleteRemovesAndToleratesAbsence"},
    {Flaw::kDeletesBeforePuts, "PutsApplyInOrderThenDeletes"},
    {Flaw::kFirstPutWins, "PutsApplyInOrderThenDeletes"},
    {Flaw::kIgnoresAbsence, "AbsentPreconditionHoldsOnce"},
    {Flaw::kIgnoresVersions, "VersionPreconditionHoldsForThatVersionOnly"},
    {Flaw::kAcceptsLaterVersions, "VersionPreconditionHoldsForThatVersionOnly"},
    {Flaw::kAbsentHasAnyVersion, "VersionPreconditionFailsOnAbsentKey"},
    {Flaw::kChecksWrittenKeysOnly, "PreconditionsMayBeOnKeysNotWritten"},
    {Flaw::kChecksFirstPrecondition, "PreconditionsMustAllHold"},
    {Flaw::kWritesBeforeChecking, "BrokenPreconditionWritesNothing"},
    {Flaw::kScansUnordered, "ScanIsInByteOrder"},
    {Flaw::kScansSigned, "ScanIsInByteOrder"},
    {Flaw::kScansPastEnd, "ScanHasItsBeginAndNotItsEnd"},
    {Flaw::kScansAfterBegin, "ScanHasItsBeginAndNotItsEnd"},
    {Flaw::kIgnoresLimit, "ScanStopsAtItsLimit"},
    {Flaw::kScansOneMore, "ScanStopsAtItsLimit"},
    {Flaw::kScansAtMostHundred, "ScanPagesMeetEveryEntryOnce"},
    {Flaw::kScansOldVersions, "ScanAnswersWhatGetAnswers"},
    {Flaw::kScansRemember, "ScanSeesWritesBetweenScans"},
    {Flaw::kReadsRemember, "OtherThreadsSeeCommits"},
    {Flaw::kWritesOneByOne, "ReadersSeeWholeCommits"},
    {Flaw::kChecksThenWrites, "ConcurrentWritersLoseNothing"},
    {Flaw::kChecksThenWrites, "ConcurrentCreatorsHaveOneWinner"},
};

class FlawTest : public testing::TestWithParam<FlawAndFinder> {};

TEST_P(FlawTest, IsFound) {
  FlawedStore store(GetParam().flaw);
  const auto cases = ConformanceCases();
  const auto finder = std::find_if(
      cases.begin(), cases.end(), [&](const ConformanceCase& each) {
        return absl::string_view(each.name) == GetParam().finder;
      });
  ASSERT_NE(finder, cases.end());
  const absl::Status status = RunConformanceCase(*finder, store);
  EXPECT_EQ(DetailOf(status).code(), v1::STORAGE_FAILURE) << status;
}

std::string NameOf(const testing::TestParamInfo<FlawAndFinder>& flaw) {
  return absl::StrCat(flaw.index, "_", flaw.param.finder);
}

INSTANTIATE_TEST_SUITE_P(Store, FlawTest, testing::ValuesIn(kFlaws), NameOf);

// No case is there for nothing.
TEST(ConformanceTest, EveryCaseFindsSomething) {
  for (const ConformanceCase& each : ConformanceCases()) {
    EXPECT_TRUE(std::any_of(std::begin(kFlaws), std::end(kFlaws),
                            [&](const FlawAndFinder& flaw) {
                              return absl::string_view(each.name) ==
                                     flaw.finder;
                            }))
        << each.name;
  }
}

TEST(ConformanceTest, SaysWhatWasExpectedAndWhatWasSeen) {
  FlawedStore store(Flaw::kIgnoresLimit);
  for (const ConformanceCase& each : ConformanceCases()) {
    if (absl::string_view(each.name) != "ScanStopsAtItsLimit") continue;
    const absl::Status status = RunConformanceCase(each, store);
    EXPECT_THAT(status, IsRefusal(v1::REASON_STORE_CONFORMANCE));
    EXPECT_THAT(DetailOf(status).message(), HasSubstr("expected"));
  }
}

// Entries of others stay as they are, and none of its own stay.
TEST(ConformanceTest, LeavesTheStoreAsItWas) {
  FlawedStore store(Flaw::kNone);
  WriteBatch batch;
  batch.puts = {{"", "0"}, {"a", "1"}, {"pki_store_check", "2"}, {"z", "3"}};
  ASSERT_THAT(store.Commit(batch), IsOk());
  const auto before = store.Scan({"", "\xff"}, 100);
  for (const ConformanceCase& each : ConformanceCases()) {
    EXPECT_THAT(RunConformanceCase(each, store), IsOk()) << each.name;
  }
  const auto after = store.Scan({"", "\xff"}, 100);
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(after, IsOk());
  ASSERT_EQ(after->size(), before->size());
  for (size_t i = 0; i < after->size(); ++i) {
    EXPECT_EQ((*after)[i].key, (*before)[i].key);
    EXPECT_EQ((*after)[i].value, (*before)[i].value);
    EXPECT_EQ((*after)[i].version, (*before)[i].version);
  }
}

}  // namespace
}  // namespace pki
