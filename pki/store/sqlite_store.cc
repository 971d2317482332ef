// One way in, and a pool of connections that read.
#include "pki/store/sqlite_store.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <filesystem>
#include <limits>
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

Entry EntryOf(const SqliteStatement& row) {
  return {row.Column(0), row.Column(1), static_cast<Version>(row.Number(2))};
}

}  // namespace

// Connections that read, made when they are needed.
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

  explicit ReaderPool(SqliteFile file) : file_(std::move(file)) {
    idle_.reserve(kMaxReaders);
  }

  const SqliteFile& file() const { return file_; }

  absl::StatusOr<Loan> Borrow() {
    Loan loan(*this);
    if (loan.reader_ == nullptr) {
      PKI_ASSIGN_OR_RETURN(loan.reader_, Make());
    }
    return loan;
  }

 private:
  absl::StatusOr<std::unique_ptr<Reader>> Make() const {
    PKI_ASSIGN_OR_RETURN(
        SqliteConnection connection,
        SqliteConnection::Open(file_.path, file_.vfs, file_.wait));
    PKI_RETURN_IF_ERROR(connection.Run("PRAGMA query_only = ON"));
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

  const SqliteFile file_;
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
  return std::unique_ptr<SqliteStore>(new SqliteStore(
      std::move(vfs), std::make_unique<ReaderPool>(std::move(file)),
      std::move(writer)));
}

SqliteStore::SqliteStore(std::unique_ptr<ChecksumVfs> vfs,
                         std::unique_ptr<ReaderPool> readers,
                         std::unique_ptr<SqliteWriter> writer)
    : vfs_(std::move(vfs)),
      readers_(std::move(readers)),
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
  PKI_ASSIGN_OR_RETURN(const ReaderPool::Loan reader, readers_->Borrow());
  const SqliteConnection& connection = reader->connection;
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
      std::string(kSqliteCounter) + ")")));
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
  PKI_ASSIGN_OR_RETURN(const ReaderPool::Loan reader, readers_->Borrow());
  const SqliteFile& file = readers_->file();
  PKI_ASSIGN_OR_RETURN(const SqliteConnection copy,
                       OpenEmptySqliteFile({path, file.vfs, file.wait}));
  // Or each commit meanwhile would have the copy begin anew.
  PKI_ASSIGN_OR_RETURN(const SqliteTransaction snapshot,
                       SqliteTransaction::BeginRead(reader->connection));
  const std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> backup(
      sqlite3_backup_init(copy.get(), "main", reader->connection.get(), "main"),
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
  PKI_ASSIGN_OR_RETURN(const ReaderPool::Loan reader, readers_->Borrow());
  const SqliteConnection& connection = reader->connection;
  const SqliteFile& file = readers_->file();
  Description description;
  description.path = file.path;
  PKI_ASSIGN_OR_RETURN(description.format,
                       connection.Number("PRAGMA user_version"));
  description.file_size = FileSize(file.path);
  description.log_size = FileSize(file.path + "-wal");
  // The first part of a key ends before the first '/'.
  PKI_ASSIGN_OR_RETURN(
      SqliteStatement kinds,
      connection.Prepare(
          "SELECT CASE instr(key, x'2f') WHEN 0 THEN key "
          "ELSE substr(key, 1, instr(key, x'2f') - 1) END AS kind, count(*) "
          "FROM entry GROUP BY kind ORDER BY kind"));
  for (;;) {
    PKI_ASSIGN_OR_RETURN(const bool found, kinds.Step());
    if (!found) return description;
    description.records.emplace_back(kinds.Column(0), kinds.Number(1));
  }
}

uint64_t SqliteStore::syncs() const { return vfs_->syncs(); }

}  // namespace pki
