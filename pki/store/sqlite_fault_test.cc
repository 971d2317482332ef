// The SQLite store on a disk that fails, fills up, loses its power, or changes
// what it was given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/store/sqlite_store.h"
#include "pki/testing/fault_vfs.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

constexpr int kCommits = 12;
// Small, so that a few commits bring the log into the file.
constexpr int kCheckpointPages = 8;
constexpr size_t kNoLimit = 1000;

// A folder of its own for each call.
std::string NewFolder() {
  static int count = 0;
  std::string folder = absl::StrCat(testing::TempDir(), "/fault-", ++count);
  fs::create_directories(folder);
  return folder;
}

std::string ReadFile(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

// The two files of a store.
struct Image {
  std::string file;
  std::string log;

  static Image Of(const std::string& folder) {
    return {ReadFile(folder + "/store.db"), ReadFile(folder + "/store.db-wal")};
  }

  void Save(const std::string& folder) const {
    std::ofstream(folder + "/store.db", std::ios::binary) << file;
    if (!log.empty()) {
      std::ofstream(folder + "/store.db-wal", std::ios::binary) << log;
    }
  }
};

using State = std::map<std::string, std::string>;

// The nth commit: some keys change with each, one is new, one goes.
WriteBatch BatchOf(int n) {
  WriteBatch batch;
  batch.preconditions = {{absl::StrCat("new/", n), std::nullopt}};
  batch.puts = {{"a", absl::StrCat(n)},
                {absl::StrCat("new/", n), std::string(900, 'a' + n)},
                {absl::StrCat("last/", n), ""},
                {"b", absl::StrCat(n)}};
  batch.deletes = {absl::StrCat("last/", n - 1)};
  return batch;
}

// What the store holds after the commits that succeeded.
State StateAfter(const std::set<int>& commits) {
  State state;
  for (const int n : commits) {
    WriteBatch batch = BatchOf(n);
    for (auto& [key, value] : batch.puts) state[key] = value;
    for (const std::string& key : batch.deletes) state.erase(key);
  }
  return state;
}

State StateAfterAll(int commits) {
  std::set<int> all;
  for (int n = 1; n <= commits; ++n) all.insert(n);
  return StateAfter(all);
}

absl::StatusOr<std::unique_ptr<SqliteStore>> Open(
    const std::string& folder, const FaultVfs& disk,
    int checkpoint_pages = kCheckpointPages) {
  SqliteStore::Options options;
  options.checkpoint_pages = checkpoint_pages;
  options.vfs = disk.name();
  return SqliteStore::Open(folder + "/store.db", options);
}

// A folder with a store that holds nothing yet.
std::string NewStore() {
  static const Image* const empty = [] {
    const std::string folder = NewFolder();
    const FaultVfs disk;
    EXPECT_THAT(Open(folder, disk).status(), IsOk());
    return new Image(Image::Of(folder));
  }();
  std::string folder = NewFolder();
  empty->Save(folder);
  return folder;
}

absl::StatusOr<State> Read(SqliteStore& store) {
  PKI_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                       store.Scan({"", "\xff"}, kNoLimit));
  State state;
  for (const Entry& entry : entries) state[entry.key] = entry.value;
  return state;
}

// What is known of the commits that were tried.
struct Outcome {
  std::set<int> succeeded;
  std::set<int> unknown;

  // Whether `state` has every commit that succeeded, and of the others each
  // whole or not at all.
  bool Allows(const State& state) const {
    // There is one unknown commit as a rule, and never more than a few.
    const std::vector<int> doubtful(unknown.begin(), unknown.end());
    for (unsigned chosen = 0; chosen < 1U << doubtful.size(); ++chosen) {
      std::set<int> commits = succeeded;
      for (size_t i = 0; i < doubtful.size(); ++i) {
        if ((chosen >> i & 1) != 0) commits.insert(doubtful[i]);
      }
      if (state == StateAfter(commits)) return true;
    }
    return false;
  }
};

// Opens a store on this disk and commits to it, whatever happens.
Outcome TryCommits(const std::string& folder, const FaultVfs& disk,
                   int commits = kCommits) {
  Outcome outcome;
  auto store = Open(folder, disk);
  if (!store.ok()) return outcome;
  for (int n = 1; n <= commits; ++n) {
    const absl::Status status = (*store)->Commit(BatchOf(n));
    if (status.ok()) {
      outcome.succeeded.insert(n);
    } else {
      EXPECT_EQ(DetailOf(status).code(), v1::STORAGE_FAILURE) << status;
      // Once it is unknown what is on the disk nothing more is tried.
      if (outcome.unknown.empty()) outcome.unknown.insert(n);
    }
    // What can be read meanwhile is right.
    const auto state = Read(**store);
    if (state.ok()) {
      EXPECT_TRUE(outcome.Allows(*state)) << n;
    }
  }
  return outcome;
}

// The store in the folder, on a sound disk, is one that the outcome allows, and
// goes on.
void ExpectRecovers(const std::string& folder, const Outcome& outcome) {
  const FaultVfs disk;
  const auto store = Open(folder, disk);
  ASSERT_THAT(store.status(), IsOk());
  const auto state = Read(**store);
  ASSERT_THAT(state, IsOk());
  EXPECT_TRUE(outcome.Allows(*state)) << state->size();
  const auto problems = (*store)->Check();
  ASSERT_THAT(problems, IsOk());
  EXPECT_THAT(*problems, IsEmpty());
  EXPECT_THAT((*store)->Commit(BatchOf(kCommits + 1)), IsOk());
}

class FailingCallTest : public testing::TestWithParam<DiskCall> {};

// Has each such call fail in turn, until none is left that could.
void FailEach(DiskCall call, const std::function<std::string()>& new_folder,
              int commits) {
  std::mt19937 random(1);
  int64_t n = 0;
  for (bool failed = true; failed;) {
    SCOPED_TRACE(++n);
    const std::string folder = new_folder();
    const std::string after = NewFolder();
    Outcome outcome;
    {
      FaultVfs disk;
      disk.FailAt(call, n);
      outcome = TryCommits(folder, disk, commits);
      failed = disk.failed();
      // What a loss of power now would leave.
      disk.SaveDisk(after, random);
    }
    if (!failed) {
      EXPECT_EQ(outcome.succeeded.size(), static_cast<size_t>(commits));
    }
    ExpectRecovers(folder, outcome);
    ExpectRecovers(after, outcome);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(n, 2);
}

TEST_P(FailingCallTest, LosesNothingAndInventsNothing) {
  FailEach(GetParam(), NewStore, kCommits);
}

TEST_P(FailingCallTest, LeavesNoHalfMadeStore) {
  FailEach(GetParam(), NewFolder, 1);
}

INSTANTIATE_TEST_SUITE_P(Disk, FailingCallTest,
                         testing::Values(DiskCall::kOpen, DiskCall::kRead,
                                         DiskCall::kWrite, DiskCall::kSync,
                                         DiskCall::kMapShared));

TEST(PowerLossTest, EveryCommitThatReturnedIsThere) {
  std::mt19937 random(2);
  bool lost = true;
  for (int64_t n = 1; lost; ++n) {
    SCOPED_TRACE(n);
    FaultVfs disk;
    disk.LosePowerAt(n);
    const Outcome outcome = TryCommits(NewStore(), disk);
    lost = disk.lost_power();
    for (int variant = 0; variant < 4; ++variant) {
      const std::string after = NewFolder();
      disk.SaveDisk(after, random);
      ExpectRecovers(after, outcome);
    }
    if (HasFailure()) return;
  }
}

TEST(FailedSyncTest, NoMoreCommitsUntilReopened) {
  const std::string folder = NewStore();
  FaultVfs disk;
  {
    const auto store = Open(folder, disk);
    ASSERT_THAT(store, IsOk());
    ASSERT_THAT((*store)->Commit(BatchOf(1)), IsOk());
    disk.FailAt(DiskCall::kSync, 1);
    EXPECT_THAT((*store)->Commit(BatchOf(2)),
                IsRefusal(v1::REASON_STORE_FAILED));
    EXPECT_THAT((*store)->Commit(BatchOf(3)),
                IsRefusal(v1::REASON_STORE_FAILED));
    EXPECT_THAT((*store)->Get("a"), IsOk());
  }
  const auto store = Open(folder, disk);
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT((*store)->Commit(BatchOf(3)), IsOk());
}

TEST(FullDiskTest, CommitWritesNothingAndSpaceMakesTheNextSucceed) {
  const std::string folder = NewStore();
  FaultVfs disk;
  const auto store = Open(folder, disk);
  ASSERT_THAT(store, IsOk());
  ASSERT_THAT((*store)->Commit(BatchOf(1)), IsOk());
  for (const int64_t bytes : {0, 100, 5000, 9000}) {
    disk.LimitSpace(bytes);
    EXPECT_THAT((*store)->Commit(BatchOf(2)), IsRefusal(v1::REASON_STORE_FULL));
    const auto state = Read(**store);
    ASSERT_THAT(state, IsOk());
    EXPECT_EQ(*state, StateAfterAll(1));
  }
  disk.LimitSpace(-1);
  EXPECT_THAT((*store)->Commit(BatchOf(2)), IsOk());
  const auto state = Read(**store);
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(*state, StateAfterAll(2));
}

TEST(FullDiskTest, LosesNothingWhereverItEnds) {
  std::mt19937 random(3);
  size_t succeeded = 0;
  for (int64_t bytes = 0; succeeded < size_t{kCommits}; bytes += 10000) {
    SCOPED_TRACE(bytes);
    const std::string folder = NewStore();
    Outcome outcome;
    {
      FaultVfs disk;
      disk.LimitSpace(bytes);
      outcome = TryCommits(folder, disk);
    }
    succeeded = outcome.succeeded.size();
    ExpectRecovers(folder, outcome);
    if (HasFailure()) return;
  }
}

// The files as they are when the process is killed after kCommits commits.
Image KilledImage(int checkpoint_pages) {
  const std::string folder = NewStore();
  const FaultVfs disk;
  const auto store = Open(folder, disk, checkpoint_pages);
  EXPECT_THAT(store, IsOk());
  for (int n = 1; n <= kCommits; ++n) {
    EXPECT_THAT((*store)->Commit(BatchOf(n)), IsOk());
  }
  return Image::Of(folder);
}

Image ClosedImage() {
  const std::string folder = NewStore();
  const FaultVfs disk;
  TryCommits(folder, disk);
  return Image::Of(folder);
}

// Images of every kind: all in the log; all in the file and the log too; some
// of it in the file; no log.
std::vector<Image> Images() {
  std::vector<Image> images = {KilledImage(1000), KilledImage(1),
                               ClosedImage()};
  for (const int pages : {5, 8, 30, 50}) images.push_back(KilledImage(pages));
  return images;
}

// Opens what was damaged. After which commit it is, or none when it was refused
// as damaged. Anything else is a failure.
std::optional<int> CommitsIn(const Image& image) {
  const std::string folder = NewFolder();
  image.Save(folder);
  const auto is_refusal = [](const absl::Status& status) {
    const v1::Reason reason = ReasonOf(status);
    EXPECT_TRUE(reason == v1::REASON_STORE_DAMAGED ||
                reason == v1::REASON_STORE_FOREIGN)
        << status;
  };
  const FaultVfs disk;
  const auto store = Open(folder, disk);
  std::optional<int> found;
  if (!store.ok()) {
    is_refusal(store.status());
    // A refusal destroys nothing, and is not forgotten.
    is_refusal(Open(folder, disk).status());
    const Image after = Image::Of(folder);
    EXPECT_TRUE(after.file == image.file && after.log == image.log);
  } else if (const auto state = Read(**store); !state.ok()) {
    is_refusal(state.status());
    // One by one: what can still be read is right.
    for (const auto& [key, value] : StateAfterAll(kCommits)) {
      const auto entry = (*store)->Get(key);
      if (!entry.ok()) {
        is_refusal(entry.status());
      } else {
        EXPECT_TRUE(entry->has_value()) << key;
        if (entry->has_value()) {
          EXPECT_EQ((*entry)->value, value) << key;
        }
      }
    }
    const auto problems = (*store)->Check();
    if (problems.ok()) {
      EXPECT_FALSE(problems->empty());
    }
  } else {
    for (int n = 0; n <= kCommits && !found; ++n) {
      if (*state == StateAfterAll(n)) found = n;
    }
    EXPECT_TRUE(found.has_value()) << "a state that never was";
  }
  return found;
}

TEST(DamageTest, ImagesAreWholeWithoutDamage) {
  for (const Image& image : Images()) {
    EXPECT_EQ(CommitsIn(image), kCommits);
  }
}

TEST(DamageTest, FlippedBitInTheFileIsRefusedOrDoesNotMatter) {
  std::mt19937 random(4);
  int refused = 0;
  const std::vector<Image> images = Images();
  constexpr int kFlips = 300;
  for (int i = 0; i < kFlips; ++i) {
    Image image = images[i % images.size()];
    const size_t bit = random() % (image.file.size() * 8);
    image.file[bit / 8] = static_cast<char>(image.file[bit / 8] ^ 1 << bit % 8);
    SCOPED_TRACE(absl::StrCat("image ", i % images.size(), ", bit ", bit));
    const std::optional<int> commits = CommitsIn(image);
    if (commits.has_value()) {
      EXPECT_EQ(*commits, kCommits);
    } else {
      ++refused;
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(refused, kFlips / 5);
}

TEST(DamageTest, FlippedBitInTheLogCostsTheLastCommitAtMost) {
  std::mt19937 random(5);
  int refused = 0;
  std::vector<Image> images = Images();
  images.erase(std::remove_if(images.begin(), images.end(),
                              [](const Image& i) { return i.log.empty(); }),
               images.end());
  constexpr int kFlips = 400;
  for (int i = 0; i < kFlips; ++i) {
    Image image = images[i % images.size()];
    const size_t bit = random() % (image.log.size() * 8);
    image.log[bit / 8] = static_cast<char>(image.log[bit / 8] ^ 1 << bit % 8);
    SCOPED_TRACE(absl::StrCat("image ", i % images.size(), ", bit ", bit));
    const std::optional<int> commits = CommitsIn(image);
    if (commits.has_value()) {
      EXPECT_GE(*commits, kCommits - 1);
    } else {
      ++refused;
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(refused, kFlips / 5);
}

// Every length around the borders of pages, frames and headers, and some
// between.
std::vector<size_t> Lengths(size_t size, size_t begin, size_t unit) {
  std::set<size_t> lengths = {0, 1, 16, 31, 32, 33, 99, 100, 101, size - 1};
  for (size_t border = begin; border < size; border += unit) {
    for (const size_t more : {0, 1, 23, 24, 25, 2000}) {
      lengths.insert(border + more);
    }
    lengths.insert(border - 1);
  }
  std::vector<size_t> shorter;
  for (const size_t length : lengths) {
    if (length < size) shorter.push_back(length);
  }
  return shorter;
}

TEST(DamageTest, TruncatedFileIsRefused) {
  for (const Image& whole : {ClosedImage(), KilledImage(1), KilledImage(30)}) {
    for (const size_t length : Lengths(whole.file.size(), 4096, 4096)) {
      SCOPED_TRACE(length);
      Image image = whole;
      image.file.resize(length);
      const std::optional<int> commits = CommitsIn(image);
      // What the log has need not be in the file.
      if (commits.has_value()) {
        EXPECT_EQ(*commits, kCommits);
      }
      if (HasFailure()) return;
    }
  }
}

TEST(DamageTest, TruncatedLogEndsWithAWholeCommit) {
  int refused = 0;
  // After the last, the log has two commits and the file too.
  for (const Image& whole :
       {KilledImage(1000), KilledImage(1), KilledImage(8)}) {
    for (const size_t length : Lengths(whole.log.size(), 32, 4120)) {
      SCOPED_TRACE(length);
      Image image = whole;
      image.log.resize(length);
      if (!CommitsIn(image).has_value()) ++refused;
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace pki
