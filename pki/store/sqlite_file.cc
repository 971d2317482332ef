// Looks from outside, creation and migration.
#include "pki/store/sqlite_file.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/store/checksum_vfs.h"
#include "pki/store/new_file.h"

namespace pki {
namespace {

// "pkis", in the application id of the header
// (https://www.sqlite.org/fileformat2.html, section 1.3).
constexpr absl::string_view kApplicationId = "pkis";
constexpr size_t kApplicationIdOffset = 68;
constexpr absl::string_view kMagic("SQLite format 3\0", 16);
constexpr size_t kHeaderSize = 100;

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return Refuse(v1::REASON_STORE_DAMAGED, "",
                absl::StrCat("The store ", Quote(path), " ", what,
                             "; restore a backup."));
}

absl::StatusOr<bool> Exists(const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) == 0) return true;
  if (errno == ENOENT) return false;
  return FileError(path, "opened");
}

// The beginning of a file; zeros beyond its end. It is read through SQLite's
// layer: whoever closes a file behind its back loses the locks of the whole
// process on that file.
absl::StatusOr<std::array<char, kHeaderSize>> ReadHeader(
    const SqliteFile& file) {
  sqlite3_vfs* const vfs = sqlite3_vfs_find(file.vfs.c_str());
  const std::unique_ptr<const char, void (*)(const char*)> name(
      sqlite3_create_filename(file.path.c_str(), "", "", 0, nullptr),
      [](const char* owned) { sqlite3_free_filename(owned); });
  // Words, for their alignment.
  std::vector<uint64_t> memory(vfs->szOsFile / sizeof(uint64_t) + 1);
  auto* const handle = reinterpret_cast<sqlite3_file*>(memory.data());
  int flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE;
  int result = vfs->xOpen(vfs, name.get(), handle, flags, &flags);
  if (result != SQLITE_OK) return SqliteError(result, file.path);
  std::array<char, kHeaderSize> header = {};
  result = handle->pMethods->xRead(handle, header.data(), header.size(), 0);
  handle->pMethods->xClose(handle);
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) {
    return SqliteError(result, file.path);
  }
  if ((flags & SQLITE_OPEN_READWRITE) == 0) {
    return Refuse(v1::REASON_STORE_FAILED, "",
                  absl::StrCat("The store ", Quote(file.path),
                               " may only be read; give its owner the right to "
                               "write it."));
  }
  return header;
}

// Whether it is one of ours, as far as its header tells.
absl::Status CheckFile(const SqliteFile& file) {
  struct stat found = {};
  if (stat(file.path.c_str(), &found) != 0) {
    return FileError(file.path, "opened");
  }
  if (!S_ISREG(found.st_mode)) {
    return Refuse(
        v1::REASON_STORE_FAILED, "",
        absl::StrCat("The store ", Quote(file.path), " is not a file."));
  }
  // No store was ever empty: it appears complete.
  if (found.st_size == 0) return Damaged(file.path, "is empty");
  PKI_ASSIGN_OR_RETURN(const auto header, ReadHeader(file));
  const absl::string_view bytes(header.data(), header.size());
  if (!absl::StartsWith(bytes, kMagic) ||
      !absl::StartsWith(bytes.substr(kApplicationIdOffset), kApplicationId)) {
    return Refuse(v1::REASON_STORE_FOREIGN, "",
                  absl::StrCat("The file ", Quote(file.path),
                               " is not a store of this engine."));
  }
  return absl::OkStatus();
}

// When another process comes first, its file is as good.
absl::Status CreateFile(const SqliteFile& file,
                        const SqliteMigrations& migrations) {
  PKI_ASSIGN_OR_RETURN(NewFile created, NewFile::Create(file.path));
  {
    PKI_ASSIGN_OR_RETURN(
        const SqliteConnection connection,
        OpenEmptySqliteFile({created.temporary_path(), file.vfs, file.wait}));
    PKI_RETURN_IF_ERROR(connection.Run(absl::StrCat(
        "PRAGMA application_id = 0x", absl::BytesToHexString(kApplicationId))));
    PKI_RETURN_IF_ERROR(Migrate(connection, migrations));
    PKI_RETURN_IF_ERROR(connection.UseLog());
  }
  return created.Publish().status();
}

// The number of the last commit, as the file has it without its log.
absl::StatusOr<int64_t> CounterInFile(const SqliteFile& file) {
  PKI_ASSIGN_OR_RETURN(const SqliteConnection connection,
                       SqliteConnection::OpenWithoutLog(file.path, file.vfs));
  return connection.Number(kSqliteCounter);
}

}  // namespace

absl::Status PrepareSqliteFile(const SqliteFile& file,
                               const SqliteMigrations& migrations) {
  PKI_ASSIGN_OR_RETURN(const bool exists, Exists(file.path));
  if (!exists) {
    PKI_ASSIGN_OR_RETURN(const std::string left_over, FindLeftOver(file.path));
    if (!left_over.empty()) {
      return Refuse(v1::REASON_STORE_DAMAGED, "",
                    absl::StrCat("The store ", Quote(file.path),
                                 " is missing, but ", Quote(left_over),
                                 " is there; move that away, and then restore "
                                 "a backup."));
    }
    PKI_RETURN_IF_ERROR(CreateFile(file, migrations));
  }
  PKI_RETURN_IF_ERROR(CheckFile(file));
  // Before the log is looked at, so that it can only be older.
  const absl::StatusOr<int64_t> in_file = CounterInFile(file);
  PKI_ASSIGN_OR_RETURN(const SqliteConnection connection,
                       SqliteConnection::Open(file.path, file.vfs, file.wait));
  // What is refused stays as it is found, however often it is tried.
  connection.KeepLogOnClose(true);
  PKI_ASSIGN_OR_RETURN(const int64_t counter,
                       connection.Number(kSqliteCounter));
  // The log ends before what was copied from it: its end was damaged, and what
  // it has is older than what it is put over. (A page of the file that cannot
  // be read may be one that a crash left half copied, and the log has it.)
  if (in_file.ok() && *in_file > counter) {
    return Damaged(file.path, "has a log that lacks its end");
  }
  connection.KeepLogOnClose(false);
  PKI_RETURN_IF_ERROR(Migrate(connection, migrations));
  return connection.UseLog();
}

absl::StatusOr<std::string> FindLeftOver(const std::string& path) {
  for (const char* const suffix : {"-wal", "-shm", "-journal"}) {
    std::string beside = absl::StrCat(path, suffix);
    PKI_ASSIGN_OR_RETURN(const bool found, Exists(beside));
    if (!found) continue;
    // Another process may have made a store meanwhile.
    PKI_ASSIGN_OR_RETURN(const bool came, Exists(path));
    return came ? std::string() : beside;
  }
  return std::string();
}

absl::StatusOr<SqliteConnection> OpenEmptySqliteFile(const SqliteFile& file) {
  PKI_ASSIGN_OR_RETURN(SqliteConnection connection,
                       SqliteConnection::Open(file.path, file.vfs, file.wait));
  PKI_RETURN_IF_ERROR(connection.ReserveBytes(kSqliteReservedBytes));
  PKI_RETURN_IF_ERROR(connection.Run(
      absl::StrCat("PRAGMA page_size = ", kSqlitePageSize,
                   "; PRAGMA auto_vacuum = NONE; PRAGMA cache_spill = ON; "
                   "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")));
  return connection;
}

}  // namespace pki
