// The SQLite store: under the cases that every store passes, and those of a
// file on a disk. sqlite_fault_test.cc has those of a disk that fails.
#include "pki/store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/store/checksum_vfs.h"
#include "pki/store/conformance_suite.h"
#include "pki/store/sqlite.h"
#include "pki/testing/fault_vfs.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr size_t kNoLimit = 10000;

// A folder of its own for each call.
std::string NewFolder() {
  static int count = 0;
  std::string folder = absl::StrCat(testing::TempDir(), "/store-", ++count);
  fs::create_directories(folder);
  return folder;
}

std::string NewPath() { return NewFolder() + "/store.db"; }

std::unique_ptr<SqliteStore> OpenStore(
    const std::string& path, const SqliteStore::Options& options = {}) {
  auto store = SqliteStore::Open(path, options);
  EXPECT_THAT(store.status(), IsOk());
  return store.ok() ? *std::move(store) : nullptr;
}

absl::Status OpenStatus(const std::string& path,
                        const SqliteStore::Options& options = {}) {
  return SqliteStore::Open(path, options).status();
}

std::unique_ptr<Store> NewStore() { return OpenStore(NewPath()); }

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformanceTest,
                         ConformanceCasesOn(NewStore), ConformanceCaseName);

WriteBatch Put(absl::string_view key, absl::string_view value) {
  WriteBatch batch;
  batch.puts.emplace_back(key, value);
  return batch;
}

// The value of a key; "(none)" when it is absent.
std::string ValueOf(Store& store, absl::string_view key) {
  const auto entry = store.Get(key);
  EXPECT_THAT(entry.status(), IsOk());
  if (!entry.ok() || !entry->has_value()) return "(none)";
  return (*entry)->value;
}

Version VersionOf(Store& store, absl::string_view key) {
  const auto entry = store.Get(key);
  EXPECT_THAT(entry.status(), IsOk());
  return entry.ok() && entry->has_value() ? (*entry)->version : 0;
}

void WriteFile(const std::string& path, absl::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

mode_t ModeOf(const std::string& path) {
  struct stat found = {};
  EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 0777;
}

// Adds one to a number in the store, as often as said, whoever else does.
absl::Status Count(Store& store, int times) {
  for (int i = 0; i < times;) {
    PKI_ASSIGN_OR_RETURN(const auto entry, store.Get("n"));
    int n = 0;
    WriteBatch batch;
    batch.preconditions = {{"n", std::nullopt}};
    if (entry.has_value()) {
      batch.preconditions = {{"n", entry->version}};
      if (!absl::SimpleAtoi(entry->value, &n)) {
        return absl::DataLossError("no number");
      }
    }
    batch.puts = {{"n", absl::StrCat(n + 1)}};
    absl::Status status = store.Commit(std::move(batch));
    if (status.ok()) {
      ++i;
    } else if (ReasonOf(status) != v1::REASON_STORE_PRECONDITION) {
      return status;
    }
  }
  return absl::OkStatus();
}

TEST(SqliteStoreTest, FilesAreForTheirOwnerAloneWhateverTheUmask) {
  for (const mode_t mask : {0000, 0022, 0777}) {
    const std::string path = NewPath();
    const mode_t before = umask(mask);
    const auto store = OpenStore(path);
    ASSERT_NE(store, nullptr);
    EXPECT_THAT(store->Commit(Put("a", "1")), IsOk());
    EXPECT_THAT(store->Backup(path + ".copy", nullptr), IsOk());
    umask(before);
    for (const char* const suffix : {"", "-wal", "-shm", ".copy"}) {
      EXPECT_EQ(ModeOf(path + suffix), 0600u) << suffix;
    }
  }
}

TEST(SqliteStoreTest, KeepsEntriesAndVersions) {
  const std::string path = NewPath();
  Version first = 0;
  {
    const auto store = OpenStore(path);
    ASSERT_THAT(store->Commit(Put("a", "1")), IsOk());
    first = VersionOf(*store, "a");
    ASSERT_THAT(store->Commit(Put("b", "2")), IsOk());
    WriteBatch erase;
    erase.deletes = {"b"};
    ASSERT_THAT(store->Commit(std::move(erase)), IsOk());
  }
  const auto store = OpenStore(path);
  EXPECT_EQ(ValueOf(*store, "a"), "1");
  EXPECT_EQ(VersionOf(*store, "a"), first);
  EXPECT_EQ(ValueOf(*store, "b"), "(none)");
  ASSERT_THAT(store->Commit(Put("b", "3")), IsOk());
  EXPECT_GT(VersionOf(*store, "b"), first + 2);
}

TEST(SqliteStoreTest, ClosingLeavesOneFile) {
  const std::string folder = NewFolder();
  {
    const auto store = OpenStore(folder + "/store.db");
    ASSERT_THAT(store->Commit(Put("a", "1")), IsOk());
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST(SqliteStoreTest, PathIsTakenWhenOpened) {
  const std::string folder = NewFolder();
  const fs::path before = fs::current_path();
  fs::current_path(folder);
  const auto store = OpenStore("file:odd?name#%.db");
  fs::current_path(before);
  ASSERT_THAT(store->Commit(Put("a", "1")), IsOk());
  EXPECT_EQ(ValueOf(*store, "a"), "1");
  EXPECT_TRUE(fs::exists(folder + "/file:odd?name#%.db"));
}

TEST(SqliteStoreTest, StoresOfOneProcessShareAFile) {
  const std::string path = NewPath();
  const auto one = OpenStore(path);
  {
    const auto other = OpenStore(path);
    ASSERT_THAT(one->Commit(Put("a", "1")), IsOk());
    EXPECT_EQ(ValueOf(*other, "a"), "1");
    std::thread thread([&] { EXPECT_THAT(Count(*other, 50), IsOk()); });
    EXPECT_THAT(Count(*one, 50), IsOk());
    thread.join();
  }
  EXPECT_EQ(ValueOf(*one, "n"), "100");
  EXPECT_THAT(Count(*one, 1), IsOk());
}

TEST(SqliteStoreTest, ProcessesShareAFile) {
  const std::string path = NewPath();
  constexpr int kProcesses = 3;
  constexpr int kTimes = 40;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // All create the file at once.
      auto store = SqliteStore::Open(path, {});
      const bool counted = store.ok() && Count(**store, kTimes).ok();
      if (store.ok()) store->reset();
      _exit(counted ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto store = OpenStore(path);
  EXPECT_EQ(ValueOf(*store, "n"), absl::StrCat(kProcesses * kTimes));
}

TEST(SqliteStoreTest, WaitForOthersEnds) {
  const std::string path = NewPath();
  SqliteStore::Options options;
  options.wait = std::chrono::milliseconds(20);
  const auto store = OpenStore(path, options);
  {
    const ChecksumVfs vfs("");
    const auto other = SqliteConnection::Open(path, vfs.name(), options.wait);
    ASSERT_THAT(other.status(), IsOk());
    const auto transaction = SqliteTransaction::BeginWrite(*other);
    ASSERT_THAT(transaction.status(), IsOk());
    EXPECT_THAT(store->Commit(Put("a", "1")), IsRefusal(v1::REASON_STORE_BUSY));
    EXPECT_EQ(ValueOf(*store, "a"), "(none)");
  }
  EXPECT_THAT(store->Commit(Put("a", "1")), IsOk());
}

TEST(SqliteStoreTest, CommitsOfManyThreadsShareFsyncs) {
  const auto store = OpenStore(NewPath());
  constexpr int kThreads = 16;
  constexpr int kCommits = 20;
  const uint64_t before = store->syncs();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&store, i] {
      for (int j = 0; j < kCommits; ++j) {
        WriteBatch batch = Put(absl::StrCat(i, "/", j), "");
        // What one asks in vain harms none of the others of its group.
        const bool in_vain = (i + j) % 4 == 0;
        if (in_vain) batch.preconditions = {{"none", Version{1}}};
        const absl::Status status = store->Commit(std::move(batch));
        if (in_vain) {
          EXPECT_THAT(status, IsRefusal(v1::REASON_STORE_PRECONDITION));
        } else {
          EXPECT_THAT(status, IsOk());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(store->syncs() - before, uint64_t{kThreads * kCommits / 2});
  const auto entries = store->Scan({"", "z"}, kNoLimit);
  ASSERT_THAT(entries.status(), IsOk());
  EXPECT_THAT(*entries, SizeIs(kThreads * kCommits * 3 / 4));
}

TEST(SqliteStoreTest, OthersFilesAreRefusedAndLeftAlone) {
  const std::string text = NewPath();
  WriteFile(text, "This is not a database, but long enough to be one: " +
                      std::string(4096, 'x'));
  EXPECT_THAT(OpenStatus(text), IsRefusal(v1::REASON_STORE_FOREIGN));
  const std::string database = NewPath();
  WriteFile(database, "");
  {
    const auto other =
        SqliteConnection::Open(database, "unix", std::chrono::milliseconds(0));
    ASSERT_THAT(other.status(), IsOk());
    ASSERT_THAT(other->Run("CREATE TABLE t (x)"), IsOk());
  }
  const auto size = fs::file_size(database);
  EXPECT_THAT(OpenStatus(database), IsRefusal(v1::REASON_STORE_FOREIGN));
  EXPECT_EQ(fs::file_size(database), size);
}

TEST(SqliteStoreTest, EmptyFileIsDamage) {
  const std::string path = NewPath();
  WriteFile(path, "");
  EXPECT_THAT(OpenStatus(path), IsRefusal(v1::REASON_STORE_DAMAGED));
}

TEST(SqliteStoreTest, LogWithoutItsFileIsDamage) {
  for (const char* const suffix : {"-wal", "-shm", "-journal"}) {
    const std::string path = NewPath();
    WriteFile(path + suffix, "what is left of a store that is gone");
    EXPECT_THAT(OpenStatus(path), IsRefusal(v1::REASON_STORE_DAMAGED));
    EXPECT_FALSE(fs::exists(path));
  }
}

TEST(SqliteStoreTest, PlacesWhereNoStoreCanBeAreRefused) {
  const std::string folder = NewFolder();
  EXPECT_THAT(OpenStatus(folder), IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(OpenStatus(folder + "/none/store.db"),
              IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(OpenStatus(""), IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(OpenStatus(std::string("a\0b", 3)),
              IsRefusal(v1::REASON_STORE_FAILED));
}

TEST(SqliteStoreTest, FileThatMayNotBeWrittenIsRefused) {
  const std::string path = NewPath();
  OpenStore(path);
  FaultVfs disk;
  disk.ForbidWriting();
  SqliteStore::Options options;
  options.vfs = disk.name();
  EXPECT_THAT(OpenStatus(path, options), IsRefusal(v1::REASON_STORE_FAILED));
}

// The formats that there are, and one more.
SqliteMigrations NewerFormats() {
  SqliteMigrations migrations = BuiltInSqliteMigrations();
  migrations.push_back(
      "UPDATE entry SET value = CAST('new' AS BLOB);"
      "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;");
  return migrations;
}

TEST(SqliteStoreTest, OldFormatIsMigratedAndNewOneRefused) {
  const std::string path = NewPath();
  EXPECT_THAT(OpenStore(path)->Commit(Put("a", "old")), IsOk());
  const SqliteMigrations formats = NewerFormats();
  SqliteStore::Options newer;
  newer.migrations = &formats;
  EXPECT_EQ(ValueOf(*OpenStore(path, newer), "a"), "new");
  EXPECT_EQ(ValueOf(*OpenStore(path, newer), "a"), "new");
  EXPECT_THAT(OpenStatus(path), IsRefusal(v1::REASON_STORE_FORMAT));
}

TEST(SqliteStoreTest, OldEngineStopsWhenANewOneMigrates) {
  const std::string path = NewPath();
  const auto store = OpenStore(path);
  EXPECT_THAT(store->Commit(Put("a", "old")), IsOk());
  const SqliteMigrations formats = NewerFormats();
  SqliteStore::Options newer;
  newer.migrations = &formats;
  EXPECT_EQ(ValueOf(*OpenStore(path, newer), "a"), "new");
  EXPECT_THAT(store->Commit(Put("a", "old")),
              IsRefusal(v1::REASON_STORE_FORMAT));
  EXPECT_EQ(ValueOf(*store, "a"), "new");
}

TEST(SqliteStoreTest, NoCommitGoesIntoAFileThatIsGone) {
  const std::string path = NewPath();
  const auto store = OpenStore(path);
  EXPECT_THAT(store->Commit(Put("a", "1")), IsOk());
  fs::remove(path);
  EXPECT_THAT(store->Commit(Put("b", "1")), IsRefusal(v1::REASON_STORE_FAILED));
}

TEST(SqliteStoreTest, CommitThatIsRefusedCostsNoFsync) {
  const auto store = OpenStore(NewPath());
  const uint64_t before = store->syncs();
  WriteBatch batch = Put("a", "1");
  batch.preconditions = {{"a", Version{1}}};
  EXPECT_THAT(store->Commit(std::move(batch)),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_EQ(store->syncs(), before);
}

// The log does not grow without end while it is brought into the file, also
// when a reader kept that from happening for a while.
TEST(SqliteStoreTest, LogStaysShort) {
  const std::string path = NewPath();
  SqliteStore::Options options;
  options.checkpoint_pages = 10;
  const auto store = OpenStore(path, options);
  const auto commit = [&](int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_THAT(store->Commit(Put("a", absl::StrCat(i))), IsOk());
    }
  };
  constexpr int64_t kShort = 20 * 4120;
  commit(50);
  EXPECT_LT(store->Describe()->log_size, kShort);
  {
    const ChecksumVfs vfs("");
    const auto other = SqliteConnection::Open(path, vfs.name(), options.wait);
    ASSERT_THAT(other.status(), IsOk());
    const auto snapshot = SqliteTransaction::BeginRead(*other);
    ASSERT_THAT(snapshot.status(), IsOk());
    commit(50);
    EXPECT_GT(store->Describe()->log_size, kShort);
  }
  commit(50);
  const int64_t size = store->Describe()->file_size;
  const int64_t log_size = store->Describe()->log_size;
  commit(50);
  // Neither the file nor its log grew.
  EXPECT_EQ(store->Describe()->file_size, size);
  EXPECT_EQ(store->Describe()->log_size, log_size);
}

TEST(SqliteStoreTest, CrashInMigrationLeavesTheOldOrTheNew) {
  const SqliteMigrations formats = NewerFormats();
  SqliteStore::Options newer;
  newer.migrations = &formats;
  std::mt19937 random(1);
  bool lost = true;
  int old_ones = 0;
  int new_ones = 0;
  for (int n = 1; lost; ++n) {
    const std::string path = NewPath();
    EXPECT_THAT(OpenStore(path)->Commit(Put("a", "old")), IsOk());
    const std::string after = NewFolder();
    {
      FaultVfs disk;
      disk.LosePowerAt(n);
      SqliteStore::Options options = newer;
      options.vfs = disk.name();
      OpenStatus(path, options).IgnoreError();
      lost = disk.lost_power();
      disk.SaveDisk(after, random);
    }
    const absl::Status as_old = OpenStatus(after + "/store.db");
    if (as_old.ok()) {
      EXPECT_EQ(ValueOf(*OpenStore(after + "/store.db"), "a"), "old");
      ++old_ones;
    } else {
      EXPECT_THAT(as_old, IsRefusal(v1::REASON_STORE_FORMAT));
      ++new_ones;
    }
    EXPECT_EQ(ValueOf(*OpenStore(after + "/store.db", newer), "a"), "new");
    if (HasFailure()) return;
  }
  EXPECT_GT(old_ones, 0);
  EXPECT_GT(new_ones, 0);
}

TEST(SqliteStoreTest, CheckFindsWhatIsWrong) {
  const std::string path = NewPath();
  {
    const auto store = OpenStore(path);
    for (int i = 0; i < 100; ++i) {
      ASSERT_THAT(store->Commit(Put(absl::StrCat(i), std::string(1000, 'a'))),
                  IsOk());
    }
    const auto problems = store->Check();
    ASSERT_THAT(problems.status(), IsOk());
    EXPECT_THAT(*problems, IsEmpty());
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(path) - 1000));
    file.put('b');
  }
  const auto store = OpenStore(path);
  const auto problems = store->Check();
  ASSERT_THAT(problems.status(), IsOk());
  EXPECT_THAT(*problems, Not(IsEmpty()));
  EXPECT_THAT(store->Scan({"", "z"}, kNoLimit),
              IsRefusal(v1::REASON_STORE_DAMAGED));
}

TEST(SqliteStoreTest, CheckFindsVersionsThatNeverWere) {
  const std::string path = NewPath();
  const auto store = OpenStore(path);
  ASSERT_THAT(store->Commit(Put("a", "1")), IsOk());
  const ChecksumVfs vfs("");
  const auto other =
      SqliteConnection::Open(path, vfs.name(), std::chrono::milliseconds(0));
  ASSERT_THAT(other.status(), IsOk());
  ASSERT_THAT(other->Run("UPDATE entry SET version = 1000"), IsOk());
  const auto problems = store->Check();
  ASSERT_THAT(problems.status(), IsOk());
  EXPECT_THAT(*problems, SizeIs(1));
}

TEST(SqliteStoreTest, BackupIsTheStoreAtOneInstant) {
  const std::string path = NewPath();
  const auto store = OpenStore(path);
  WriteBatch many;
  for (int i = 0; i < 3000; ++i) {
    many.puts.emplace_back(absl::StrCat("k/", i), std::string(500, 'a'));
  }
  ASSERT_THAT(store->Commit(std::move(many)), IsOk());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int n = 0; !done; ++n) {
      WriteBatch batch;
      batch.puts = {{"a", absl::StrCat(n)}, {"z", absl::StrCat(n)}};
      EXPECT_THAT(store->Commit(std::move(batch)), IsOk());
    }
  });
  std::vector<uint64_t> steps;
  uint64_t last_total = 0;
  const absl::Status copied =
      store->Backup(path + ".copy", [&](uint64_t progress, uint64_t total) {
        steps.push_back(progress);
        last_total = total;
        return true;
      });
  done = true;
  writer.join();
  ASSERT_THAT(copied, IsOk());
  EXPECT_GT(steps.size(), 1u);
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
  EXPECT_EQ(steps.back(), last_total);
  const auto copy = OpenStore(path + ".copy");
  EXPECT_EQ(ValueOf(*copy, "a"), ValueOf(*copy, "z"));
  EXPECT_EQ(VersionOf(*copy, "k/7"), VersionOf(*store, "k/7"));
  const auto problems = copy->Check();
  ASSERT_THAT(problems.status(), IsOk());
  EXPECT_THAT(*problems, IsEmpty());
  EXPECT_THAT(copy->Commit(Put("a", "1")), IsOk());
}

TEST(SqliteStoreTest, BackupOverwritesNothing) {
  const std::string folder = NewFolder();
  const auto store = OpenStore(folder + "/store.db");
  WriteFile(folder + "/there", "mine");
  EXPECT_THAT(store->Backup(folder + "/there", nullptr),
              IsRefusal(v1::REASON_BACKUP_EXISTS));
  EXPECT_EQ(fs::file_size(folder + "/there"), 4u);
  EXPECT_THAT(store->Backup(folder + "/store.db", nullptr),
              IsRefusal(v1::REASON_BACKUP_EXISTS));
  EXPECT_THAT(store->Backup(folder + "/none/copy", nullptr),
              IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(store->Backup(folder + std::string("/a\0b", 4), nullptr),
              IsRefusal(v1::REASON_STORE_FAILED));
}

// SQLite would write the old log over the backup.
TEST(SqliteStoreTest, BackupStaysAwayFromTheLogOfAnother) {
  const auto store = OpenStore(NewPath());
  for (const char* const suffix : {"-wal", "-shm", "-journal"}) {
    const std::string path = NewPath();
    WriteFile(path + suffix, "old");
    EXPECT_THAT(store->Backup(path, nullptr),
                IsRefusal(v1::REASON_BACKUP_EXISTS));
    EXPECT_FALSE(fs::exists(path));
    EXPECT_EQ(fs::file_size(path + suffix), 3u);
  }
}

TEST(SqliteStoreTest, CancelledBackupLeavesNothing) {
  const std::string folder = NewFolder();
  const std::string target = NewFolder();
  const auto store = OpenStore(folder + "/store.db");
  EXPECT_THAT(
      store->Backup(target + "/copy", [](uint64_t, uint64_t) { return false; }),
      IsRefusal(v1::REASON_CANCELLED));
  EXPECT_TRUE(fs::is_empty(target));
}

// More at once than there are readers in the pool.
TEST(SqliteStoreTest, BackupLetsItsCallerUseTheStore) {
  const std::string path = NewPath();
  const auto store = OpenStore(path);
  ASSERT_THAT(store->Commit(Put("a", "1")), IsOk());
  constexpr int kDepth = 10;
  int depth = 0;
  const Progress use_store = [&](uint64_t, uint64_t) {
    EXPECT_EQ(ValueOf(*store, "a"), "1");
    if (depth == kDepth) return true;
    ++depth;
    EXPECT_THAT(store->Backup(absl::StrCat(path, depth), use_store), IsOk());
    EXPECT_THAT(store->Check().status(), IsOk());
    EXPECT_THAT(store->Describe().status(), IsOk());
    return true;
  };
  EXPECT_THAT(store->Backup(path + ".copy", use_store), IsOk());
  EXPECT_EQ(depth, kDepth);
}

bool Contains(const std::string& path, absl::string_view text) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return absl::StrContains(content.str(), text);
}

TEST(SqliteStoreTest, CompactLeavesNothingOfWhatWasOverwritten) {
  const std::string path = NewPath();
  SqliteStore::Options options;
  options.wait = std::chrono::milliseconds(20);
  const auto store = OpenStore(path, options);
  ASSERT_THAT(store->Commit(Put("a", "the old one")), IsOk());
  {
    const ChecksumVfs vfs("");
    const auto other = SqliteConnection::Open(path, vfs.name(), options.wait);
    ASSERT_THAT(other.status(), IsOk());
    const auto snapshot = SqliteTransaction::BeginRead(*other);
    ASSERT_THAT(snapshot.status(), IsOk());
    ASSERT_THAT(store->Commit(Put("a", "the new one")), IsOk());
    EXPECT_THAT(store->Compact(), IsRefusal(v1::REASON_STORE_BUSY));
  }
  EXPECT_TRUE(Contains(path + "-wal", "the old one"));
  EXPECT_THAT(store->Compact(), IsOk());
  EXPECT_EQ(fs::file_size(path + "-wal"), 0u);
  EXPECT_FALSE(Contains(path, "the old one"));
  EXPECT_TRUE(Contains(path, "the new one"));
  EXPECT_THAT(store->Commit(Put("b", "2")), IsOk());
  EXPECT_EQ(ValueOf(*store, "a"), "the new one");
  EXPECT_EQ(ValueOf(*store, "b"), "2");
}

TEST(SqliteStoreTest, DescribesItself) {
  const std::string path = NewPath();
  const auto store = OpenStore(path);
  for (const char* const key :
       {"ca/1", "cert/1/a", "cert/1/b", "ca", "ca-x/1", "plain"}) {
    ASSERT_THAT(store->Commit(Put(key, "")), IsOk());
  }
  const auto description = store->Describe();
  ASSERT_THAT(description.status(), IsOk());
  EXPECT_EQ(description->path, path);
  EXPECT_EQ(description->format,
            static_cast<int64_t>(BuiltInSqliteMigrations().size()));
  EXPECT_GT(description->file_size, 0);
  EXPECT_GT(description->log_size, 0);
  EXPECT_THAT(description->records,
              ElementsAre(Pair("ca", 2), Pair("ca-x", 1), Pair("cert", 2),
                          Pair("plain", 1)));
}

// Pages that opening reads, and then: a read, a page of a scan and a commit.
std::vector<int64_t> ReadsOf(const std::string& path) {
  const FaultVfs disk;
  SqliteStore::Options options;
  options.vfs = disk.name();
  const auto store = OpenStore(path, options);
  std::vector<int64_t> reads = {disk.count(DiskCall::kRead)};
  EXPECT_EQ(ValueOf(*store, "k/0500"), "value");
  EXPECT_THAT(store->Scan({"k/", "k0"}, 100).status(), IsOk());
  EXPECT_THAT(store->Commit(Put("k/0500/b", "value")), IsOk());
  reads.push_back(disk.count(DiskCall::kRead));
  return reads;
}

TEST(SqliteStoreTest, WorkDoesNotDependOnTheNumberOfEntries) {
  const std::string path = NewPath();
  const auto fill = [&path](int from, int to) {
    const auto store = OpenStore(path);
    constexpr int kBatch = 20000;
    for (int i = from; i < to;) {
      WriteBatch batch;
      for (int j = 0; j < kBatch && i < to; ++j, ++i) {
        batch.puts.emplace_back(
            absl::StrCat("k/", absl::Dec(i, absl::kZeroPad4)), "value");
      }
      ASSERT_THAT(store->Commit(std::move(batch)), IsOk());
    }
  };
  fill(0, 1000);
  const std::vector<int64_t> few = ReadsOf(path);
  fill(1000, 1000000);
  const std::vector<int64_t> many = ReadsOf(path);
  EXPECT_EQ(many[0], few[0]);
  // Two levels more of two trees, for each of the three.
  EXPECT_LE(many[1], few[1] + 20);
}

}  // namespace
}  // namespace pki
