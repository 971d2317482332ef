// Damage to pages and frames, under a store that is open.
#include "pki/store/checksum_vfs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/store/sqlite.h"
#include "pki/store/sqlite_file.h"
#include "pki/testing/fault_vfs.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::SizeIs;

constexpr char kRead[] = "SELECT value FROM t";

class ChecksumVfsTest : public testing::Test {
 protected:
  // A table of a few pages.
  void SetUp() override {
    std::remove(path_.c_str());
    std::remove((path_ + "-wal").c_str());
    std::ofstream(path_, std::ios::binary) << "";
    const auto connection = OpenEmptySqliteFile(File());
    ASSERT_THAT(connection.status(), IsOk());
    ASSERT_THAT(
        connection->Run("CREATE TABLE t (id INTEGER PRIMARY KEY, value BLOB);"
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
                        "SELECT i + 1 FROM n WHERE i < 20) "
                        "INSERT INTO t SELECT i, zeroblob(1000) FROM n"),
        IsOk());
    ASSERT_THAT(connection->UseLog(), IsOk());
  }

  SqliteFile File() const {
    return {path_, vfs_.name(), std::chrono::milliseconds(0)};
  }

  absl::StatusOr<SqliteConnection> Open() const {
    return SqliteConnection::Open(path_, vfs_.name(),
                                  std::chrono::milliseconds(0));
  }

  // What reading the table over a connection of its own says.
  absl::Status ReadAll() const {
    PKI_ASSIGN_OR_RETURN(const SqliteConnection connection, Open());
    return connection.Column(kRead).status();
  }

  static std::string ReadAt(const std::string& path, int64_t offset) {
    std::string page(kSqlitePageSize, 0);
    std::ifstream(path, std::ios::binary)
        .seekg(offset)
        .read(page.data(), kSqlitePageSize);
    return page;
  }

  static void WriteAt(const std::string& path, int64_t offset,
                      const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset).write(bytes.data(),
                             static_cast<std::streamsize>(bytes.size()));
  }

  const std::string path_ = absl::StrCat(testing::TempDir(), "/checksum.db");
  const ChecksumVfs vfs_{""};
};

TEST_F(ChecksumVfsTest, WholePagesAreRead) {
  const auto connection = Open();
  ASSERT_THAT(connection.status(), IsOk());
  const auto values = connection->Column(kRead);
  ASSERT_THAT(values.status(), IsOk());
  EXPECT_THAT(*values, SizeIs(20));
}

TEST_F(ChecksumVfsTest, ChangedPageIsDamage) {
  std::string page = ReadAt(path_, 4 * kSqlitePageSize);
  page[2000] ^= 1;
  WriteAt(path_, 4 * kSqlitePageSize, page);
  EXPECT_THAT(ReadAll(), IsRefusal(v1::REASON_STORE_DAMAGED));
}

TEST_F(ChecksumVfsTest, PageInThePlaceOfAnotherIsDamage) {
  WriteAt(path_, 4 * kSqlitePageSize, ReadAt(path_, 5 * kSqlitePageSize));
  EXPECT_THAT(ReadAll(), IsRefusal(v1::REASON_STORE_DAMAGED));
}

TEST_F(ChecksumVfsTest, PageOfZerosIsDamage) {
  WriteAt(path_, 4 * kSqlitePageSize, std::string(kSqlitePageSize, 0));
  EXPECT_THAT(ReadAll(), IsRefusal(v1::REASON_STORE_DAMAGED));
}

// SQLite itself does not look at the log's checksums again once it has read
// them.
TEST_F(ChecksumVfsTest, ChangedFrameInUseIsDamage) {
  const auto writer = Open();
  ASSERT_THAT(writer.status(), IsOk());
  ASSERT_THAT(writer->Run("UPDATE t SET value = zeroblob(999)"), IsOk());
  ASSERT_THAT(ReadAll(), IsOk());
  constexpr int64_t kInFirstFrame = 32 + 24 + 2000;
  WriteAt(path_ + "-wal", kInFirstFrame, "x");
  EXPECT_THAT(ReadAll(), IsRefusal(v1::REASON_STORE_DAMAGED));
}

TEST_F(ChecksumVfsTest, FrameIsWrittenAtOnce) {
  const FaultVfs disk;
  const ChecksumVfs vfs(disk.name());
  const auto writer =
      SqliteConnection::Open(path_, vfs.name(), std::chrono::milliseconds(0));
  ASSERT_THAT(writer.status(), IsOk());
  ASSERT_THAT(writer->Run("UPDATE t SET value = zeroblob(9) WHERE id = 1"),
              IsOk());
  const int64_t before = disk.count(DiskCall::kWrite);
  ASSERT_THAT(writer->Run("UPDATE t SET value = zeroblob(8) WHERE id = 1"),
              IsOk());
  EXPECT_EQ(disk.count(DiskCall::kWrite), before + 1);
}

// SQLite writes no such thing as the store uses it.
TEST_F(ChecksumVfsTest, HeaderWithoutItsPageReachesTheDisk) {
  sqlite3_vfs* const vfs = sqlite3_vfs_find(vfs_.name().c_str());
  std::vector<uint64_t> memory(vfs->szOsFile / sizeof(uint64_t) + 1);
  auto* const log = reinterpret_cast<sqlite3_file*>(memory.data());
  const std::string path = path_ + "-wal";
  int flags = SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  ASSERT_EQ(vfs->xOpen(vfs, path.c_str(), log, flags, &flags), SQLITE_OK);
  constexpr int kSize = 24;
  const std::string header(kSize, 'h');
  const std::string page(kSqlitePageSize, 'p');
  const auto write = [log](const std::string& bytes, int64_t offset) {
    EXPECT_EQ(log->pMethods->xWrite(log, bytes.data(),
                                    static_cast<int>(bytes.size()), offset),
              SQLITE_OK);
  };
  write(header, 0);
  write(header, 100);
  EXPECT_EQ(ReadAt(path, 0).substr(0, kSize), header);
  write(page, 1000);
  EXPECT_EQ(ReadAt(path, 100).substr(0, kSize), header);
  EXPECT_EQ(ReadAt(path, 1000), page);
  write(header, 200);
  EXPECT_EQ(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), SQLITE_OK);
  EXPECT_EQ(ReadAt(path, 200).substr(0, kSize), header);
  write(header, 300);
  EXPECT_EQ(log->pMethods->xTruncate(log, 400), SQLITE_OK);
  EXPECT_EQ(ReadAt(path, 300).substr(0, kSize), header);
  log->pMethods->xClose(log);
}

TEST_F(ChecksumVfsTest, CountsSyncs) {
  const auto writer = Open();
  ASSERT_THAT(writer.status(), IsOk());
  ASSERT_THAT(writer->Run("UPDATE t SET value = zeroblob(999)"), IsOk());
  const uint64_t before = vfs_.syncs();
  ASSERT_THAT(writer->Run("UPDATE t SET value = zeroblob(998)"), IsOk());
  EXPECT_EQ(vfs_.syncs(), before + 1);
}

}  // namespace
}  // namespace pki
