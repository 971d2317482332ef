// One way in, and a pool of connections that read.
#include "pki/store/sqlite_store.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <filesystem>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/store/checksum_vfs.h"
#include "pki/store/new_file.h"
#include "pki/store/sqlite.h"
#include "pki/store/sqlite_file.h"
#include "pki/store/sqlite_writer.h"

namespace pki {
namespace {

constexpr size_t kMaxReaders = 8;
// A backup reports, and may be cancelled, after so many pages.
constexpr int kBackupStepPages = 256;
// Of one kind, as SQLite has it for its own.
constexpr size_t kMaxProblems = 100;
constexpr int kPageTries = 3;

absl::Status BackupExists(const std::string& path) {
  return Refuse(v1::REASON_BACKUP_EXISTS, "",
                absl::StrCat("There is a file ", Quote(path),
                             " already; a backup overwrites none."));
}

int64_t FileSize(const std::string& path) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(size);
}

absl::StatusOr<SqliteConnection> OpenReader(const SqliteFile& file) {
  PKI_ASSIGN_OR_RETURN(SqliteConnection connection,
                       SqliteConnection::Open(file.path, file.vfs, file.wait));
  PKI_RETURN_IF_ERROR(connection.Run("PRAGMA query_only = ON"));
  return connection;
}

// Reads every page of the file, those too that hold nothing any more.
absl::StatusOr<std::vector<std::string>> CheckPages(
    const SqliteConnection& connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection.get(), "main", SQLITE_FCNTL_FILE_POINTER,
                       &file);
  sqlite3_int64 size = 0;
  int result = file->pMethods->xFileSize(file, &size);
  std::vector<std::string> problems;
  std::array<char, kSqlitePageSize> page;
  for (int64_t offset = 0; result == SQLITE_OK && offset < size;
       offset += kSqlitePageSize) {
    // Another process may be writing the page just now.
    for (int tries = 0; tries < kPageTries; ++tries) {
      result =
          file->pMethods->xRead(file, page.data(), kSqlitePageSize, offset);
      if (result != SQLITE_IOERR_DATA) break;
    }
    if (result != SQLITE_IOERR_DATA) continue;
    result = SQLITE_OK;
    // A hole: the page is in the log alone, or SQLite never uses it.
    const bool hole = std::all_of(page.begin(), page.end(),
                                  [](char byte) { return byte == 0; });
    if (hole) continue;
    problems.push_back(absl::StrCat("Page ", offset / kSqlitePageSize + 1,
                                    " of the file is damaged."));
    if (problems.size() == kMaxProblems) break;
  }
  if (result != SQLITE_OK) return SqliteError(result, "");
  return problems;
}

// How many keys there are of each kind, which is the first part of a key: what
// stands before the first '/'. It goes from kind to kind, so that memory does
// not grow with the entries.
absl::StatusOr<std::map<std::string, int64_t>> CountKinds(
    const SqliteConnection& connection) {
  PKI_ASSIGN_OR_RETURN(const SqliteTransaction snapshot,
                       SqliteTransaction::BeginRead(connection));
  PKI_ASSIGN_OR_RETURN(
      SqliteStatement first,
      connection.Prepare(
          "SELECT key FROM entry WHERE key >= ?1 ORDER BY key LIMIT 1"));
  PKI_ASSIGN_OR_RETURN(
      SqliteStatement count,
      connection.Prepare(
          "SELECT count(*) FROM entry WHERE key >= ?1 AND key < ?2"));
  std::map<std::string, int64_t> counts;
  for (std::string from;;) {
    const SqliteRun find(first);
    find->Bind(1, from);
    PKI_ASSIGN_OR_RETURN(const bool found, find->Step());
    if (!found) return counts;
    const std::string key = find->Column(0);
    const size_t slash = key.find('/');
    const std::string kind = key.substr(0, slash);
    // A key without '/' is its kind's only one here: "a" and "a/b" are of one
    // kind, but "a-b" lies between them.
    const bool alone = slash == std::string::npos;
    const std::string begin = alone ? key : kind + "/";
    const std::string end = alone ? key + '\0' : kind + "0";
    const SqliteRun run(count);
    run->Bind(1, begin);
    run->Bind(2, end);
    PKI_RETURN_IF_ERROR(run->Step().status());
    counts[kind] += run->Number(0);
    from = end;
  }
}

Entry EntryOf(const SqliteStatement& row) {
  return {row.Column(0), row.Column(1), static_cast<Version>(row.Number(2))};
}

}  // namespace

// Connections for short reads, made when they are needed. What takes longer, or
// calls others meanwhile, opens one of its own.
class SqliteStore::ReaderPool {
 public:
  struct Reader {
    SqliteConnection connection;
    SqliteStatement get;
    SqliteStatement scan;
  };

  // A reader on loan.
  class Loan {
   public:
    Loan(Loan&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          reader_(std::move(other.reader_)) {}
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (pool_ != nullptr) pool_->Return(std::move(reader_));
    }

    Reader* operator->() const { return reader_.get(); }

   private:
    friend class ReaderPool;

    explicit Loan(ReaderPool& pool) : pool_(&pool), reader_(pool.Take()) {}

    ReaderPool* pool_;  // null when moved from
    std::unique_ptr<Reader> reader_;
  };

  explicit ReaderPool(const SqliteFile& file) : file_(file) {
    idle_.reserve(kMaxReaders);
  }

  absl::StatusOr<Loan> Borrow() {
    Loan loan(*this);
    if (loan.reader_ == nullptr) {
      PKI_ASSIGN_OR_RETURN(loan.reader_, Make());
    }
    return loan;
  }

 private:
  absl::StatusOr<std::unique_ptr<Reader>> Make() const {
    PKI_ASSIGN_OR_RETURN(SqliteConnection connection, OpenReader(file_));
    PKI_ASSIGN_OR_RETURN(
        SqliteStatement get,
        connection.Prepare(
            "SELECT key, value, version FROM entry WHERE key = ?1"));
    PKI_ASSIGN_OR_RETURN(
        SqliteStatement scan,
        connection.Prepare("SELECT key, value, version FROM entry "
                           "WHERE key >= ?1 AND key < ?2 "
                           "ORDER BY key LIMIT ?3"));
    return std::make_unique<Reader>(
        Reader{std::move(connection), std::move(get), std::move(scan)});
  }

  // Waits for its turn. Null for one that is yet to be made.
  std::unique_ptr<Reader> Take() {
    std::unique_lock<std::mutex> lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || lent_ < kMaxReaders; });
    ++lent_;
    if (idle_.empty()) return nullptr;
    std::unique_ptr<Reader> reader = std::move(idle_.back());
    idle_.pop_back();
    return reader;
  }

  // Null for one that could not be made.
  void Return(std::unique_ptr<Reader> reader) {
    const std::lock_guard<std::mutex> lock(mutex_);
    --lent_;
    if (reader != nullptr) idle_.push_back(std::move(reader));
    returned_.notify_one();
  }

  const SqliteFile& file_;
  std::mutex mutex_;  // guards all below
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Reader>> idle_;  // has room for all
  size_t lent_ = 0;
};

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(
    const std::string& path, const Options& options) {
  std::error_code error;
  // The reading connections are opened later, perhaps in another folder.
  const std::string absolute = std::filesystem::absolute(path, error).string();
  if (error || path.find('\0') != std::string::npos) {
    return Refuse(v1::REASON_STORE_FAILED, "",
                  absl::StrCat("The store ", Quote(path), " has no path."));
  }
  auto vfs = std::make_unique<ChecksumVfs>(options.vfs);
  SqliteFile file = {absolute, vfs->name(), options.wait};
  PKI_RETURN_IF_ERROR(PrepareSqliteFile(file, *options.migrations));
  PKI_ASSIGN_OR_RETURN(std::unique_ptr<SqliteWriter> writer,
                       SqliteWriter::New(file, options.checkpoint_pages));
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(vfs), std::move(file), std::move(writer)));
}

SqliteStore::SqliteStore(std::unique_ptr<ChecksumVfs> vfs, SqliteFile file,
                         std::unique_ptr<SqliteWriter> writer)
    : vfs_(std::move(vfs)),
      file_(std::move(file)),
      readers_(std::make_unique<ReaderPool>(file_)),
      writer_(std::move(writer)) {}

SqliteStore::~SqliteStore() = default;

absl::StatusOr<std::optional<Entry>> SqliteStore::Get(absl::string_view key) {
  PKI_ASSIGN_OR_RETURN(const ReaderPool::Loan reader, readers_->Borrow());
  const SqliteRun run(reader->get);
  run->Bind(1, key);
  PKI_ASSIGN_OR_RETURN(const bool found, run->Step());
  if (!found) return std::nullopt;
  return EntryOf(reader->get);
}

absl::StatusOr<std::vector<Entry>> SqliteStore::Scan(const KeyRange& range,
                                                     size_t limit) {
  PKI_ASSIGN_OR_RETURN(const ReaderPool::Loan reader, readers_->Borrow());
  const SqliteRun run(reader->scan);
  run->Bind(1, range.begin);
  run->Bind(2, range.end);
  // A negative limit would be none.
  run->Bind(3, static_cast<int64_t>(std::min<size_t>(
                   limit, std::numeric_limits<int64_t>::max())));
  std::vector<Entry> entries;
  for (;;) {
    PKI_ASSIGN_OR_RETURN(const bool found, run->Step());
    if (!found) return entries;
    entries.push_back(EntryOf(reader->scan));
  }
}

absl::Status SqliteStore::Commit(WriteBatch batch) {
  return writer_->Commit(std::move(batch));
}

absl::StatusOr<std::vector<std::string>> SqliteStore::Check() {
  PKI_ASSIGN_OR_RETURN(const SqliteConnection connection, OpenReader(file_));
  std::vector<std::string> problems;
  // Damage that a part finds is an answer, and the others still have theirs.
  const auto add = [&](absl::StatusOr<std::vector<std::string>> found) {
    if (!found.ok()) {
      if (ReasonOf(found.status()) != v1::REASON_STORE_DAMAGED) {
        return found.status();
      }
      found = std::vector{DetailOf(found.status()).message()};
    }
    for (std::string& problem : *found) problems.push_back(std::move(problem));
    return absl::OkStatus();
  };
  PKI_RETURN_IF_ERROR(add(CheckPages(connection)));
  PKI_RETURN_IF_ERROR(add(connection.Column(
      "SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check "
      "WHERE integrity_check <> 'ok'")));
  PKI_RETURN_IF_ERROR(add(connection.Column(
      "SELECT 'A record is newer than the last commit: ' || hex(key) "
      "FROM entry WHERE version > (" +
      std::string(kSqliteCounter) + ") LIMIT " +
      std::to_string(kMaxProblems))));
  return problems;
}

absl::Status SqliteStore::Backup(const std::string& path,
                                 const Progress& progress) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    return BackupExists(path);
  }
  PKI_ASSIGN_OR_RETURN(NewFile file, NewFile::Create(path));
  PKI_ASSIGN_OR_RETURN(const std::string left_over, FindLeftOver(path));
  if (!left_over.empty()) return BackupExists(left_over);
  PKI_RETURN_IF_ERROR(CopyTo(file.temporary_path(), progress));
  PKI_ASSIGN_OR_RETURN(const bool published, file.Publish());
  return published ? absl::OkStatus() : BackupExists(path);
}

absl::Status SqliteStore::CopyTo(const std::string& path,
                                 const Progress& progress) {
  PKI_ASSIGN_OR_RETURN(const SqliteConnection source, OpenReader(file_));
  PKI_ASSIGN_OR_RETURN(const SqliteConnection copy,
                       OpenEmptySqliteFile({path, file_.vfs, file_.wait}));
  // Or each commit meanwhile would have the copy begin anew.
  PKI_ASSIGN_OR_RETURN(const SqliteTransaction snapshot,
                       SqliteTransaction::BeginRead(source));
  const std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> backup(
      sqlite3_backup_init(copy.get(), "main", source.get(), "main"),
      sqlite3_backup_finish);
  if (backup == nullptr) {
    return SqliteError(sqlite3_extended_errcode(copy.get()), path);
  }
  for (int result = SQLITE_OK; result != SQLITE_DONE;) {
    result = sqlite3_backup_step(backup.get(), kBackupStepPages);
    if (result != SQLITE_OK && result != SQLITE_DONE) {
      return SqliteError(result, path);
    }
    const int total = sqlite3_backup_pagecount(backup.get());
    const int left = sqlite3_backup_remaining(backup.get());
    if (progress && !progress(total - left, total)) {
      return Refuse(v1::REASON_CANCELLED, "", "The backup was cancelled.");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<StoreMaintenance::Description> SqliteStore::Describe() {
  PKI_ASSIGN_OR_RETURN(const SqliteConnection connection, OpenReader(file_));
  Description description;
  description.path = file_.path;
  PKI_ASSIGN_OR_RETURN(description.format,
                       connection.Number("PRAGMA user_version"));
  description.file_size = FileSize(file_.path);
  description.log_size = FileSize(file_.path + "-wal");
  PKI_ASSIGN_OR_RETURN(const auto counts, CountKinds(connection));
  description.records.assign(counts.begin(), counts.end());
  return description;
}

absl::Status SqliteStore::Compact() {
  PKI_ASSIGN_OR_RETURN(const SqliteConnection connection, OpenReader(file_));
  const int result = sqlite3_wal_checkpoint_v2(
      connection.get(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (result != SQLITE_OK) return SqliteError(result, file_.path);
  return absl::OkStatus();
}

uint64_t SqliteStore::syncs() const { return vfs_->syncs(); }

}  // namespace pki
