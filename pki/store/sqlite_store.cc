// One writing connection behind a queue, and a pool of reading ones.
#include "pki/store/sqlite_store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/store/group_commit.h"
#include "pki/store/new_file.h"
#include "pki/store/sqlite.h"

namespace pki {
namespace {

constexpr size_t kGroupBytes = size_t{8} << 20;
constexpr size_t kMaxReaders = 8;
// The log is brought into the file when it has this many pages.
constexpr int kCheckpointPages = 1000;
// A backup reports, and may be cancelled, after so many pages.
constexpr int kBackupStepPages = 256;

// Makes a store in a new file. When another process comes first, its file is
// as good.
absl::Status CreateFile(const std::string& path,
                        const SqliteStore::Options& options) {
  PKI_ASSIGN_OR_RETURN(NewFile file, NewFile::Create(path));
  {
    PKI_ASSIGN_OR_RETURN(const SqliteConnection connection,
                         SqliteConnection::Open(file.temporary_path(),
                                                options.vfs, options.wait));
    PKI_RETURN_IF_ERROR(connection.Run(
        absl::StrCat("PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE;"
                     "PRAGMA application_id = ",
                     kSqliteApplicationId)));
    PKI_RETURN_IF_ERROR(Migrate(connection, *options.migrations));
    PKI_RETURN_IF_ERROR(connection.Run("PRAGMA journal_mode = WAL"));
  }
  return file.Publish().status();
}

// Makes sure that there is a file, and that it is one of ours as far as can be
// told from outside.
absl::Status EnsureFile(const std::string& path,
                        const SqliteStore::Options& options) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return FileError(path, "opened");
    return CreateFile(path, options);
  }
  if (!S_ISREG(found.st_mode)) {
    return Refuse(v1::REASON_STORE_FAILED, "",
                  absl::StrCat("The store ", Quote(path), " is not a file."));
  }
  if (found.st_size == 0) {
    return Refuse(v1::REASON_STORE_DAMAGED, "",
                  absl::StrCat("The store ", Quote(path),
                               " is empty, which no store ever is; restore a "
                               "backup, or remove the file for a new store."));
  }
  return absl::OkStatus();
}

Entry EntryOf(const SqliteStatement& row) {
  return {row.Column(0), row.Column(1), static_cast<Version>(row.Number(2))};
}

}  // namespace

// Commits groups of batches. For one thread at a time.
class SqliteStore::Writer {
 public:
  static absl::StatusOr<std::unique_ptr<Writer>> New(
      SqliteConnection connection) {
    PKI_ASSIGN_OR_RETURN(
        SqliteStatement counter,
        connection.Prepare("SELECT version FROM counter WHERE id = 1"));
    PKI_ASSIGN_OR_RETURN(
        SqliteStatement count,
        connection.Prepare("UPDATE counter SET version = ?1 WHERE id = 1"));
    PKI_ASSIGN_OR_RETURN(
        SqliteStatement version,
        connection.Prepare("SELECT version FROM entry WHERE key = ?1"));
    PKI_ASSIGN_OR_RETURN(
        SqliteStatement put,
        connection.Prepare(
            "INSERT INTO entry (key, version, value) VALUES (?1, ?2, ?3) "
            "ON CONFLICT (key) DO UPDATE SET version = ?2, value = ?3"));
    PKI_ASSIGN_OR_RETURN(
        SqliteStatement erase,
        connection.Prepare("DELETE FROM entry WHERE key = ?1"));
    return std::unique_ptr<Writer>(
        new Writer(std::move(connection), std::move(counter), std::move(count),
                   std::move(version), std::move(put), std::move(erase)));
  }

  absl::Status Commit(WriteBatch batch) {
    return queue_.Commit(std::move(batch));
  }

 private:
  Writer(SqliteConnection connection, SqliteStatement counter,
         SqliteStatement count, SqliteStatement version, SqliteStatement put,
         SqliteStatement erase)
      : connection_(std::move(connection)),
        counter_(std::move(counter)),
        count_(std::move(count)),
        version_(std::move(version)),
        put_(std::move(put)),
        erase_(std::move(erase)),
        queue_(kGroupBytes, [this](const std::vector<WriteBatch>& batches,
                                   std::vector<absl::Status>& results) {
          CommitGroup(batches, results);
        }) {
    sqlite3_wal_hook(
        connection_.get(),
        [](void* log_pages, sqlite3*, const char*, int pages) {
          *static_cast<int*>(log_pages) = pages;
          return SQLITE_OK;
        },
        &log_pages_);
  }

  void CommitGroup(const std::vector<WriteBatch>& batches,
                   std::vector<absl::Status>& results) {
    absl::Status whole = failed_;
    if (whole.ok()) whole = TryGroup(batches, results);
    if (!whole.ok()) results.assign(batches.size(), whole);
    if (log_pages_ >= kCheckpointPages) Checkpoint();
  }

  // Fills in the results of the batches; an error is that of them all.
  absl::Status TryGroup(const std::vector<WriteBatch>& batches,
                        std::vector<absl::Status>& results) {
    PKI_ASSIGN_OR_RETURN(const SqliteTransaction transaction,
                         SqliteTransaction::Begin(connection_));
    PKI_ASSIGN_OR_RETURN(int64_t version, ReadCounter());
    for (size_t i = 0; i < batches.size(); ++i) {
      PKI_ASSIGN_OR_RETURN(const bool holds, Holds(batches[i].preconditions));
      if (!holds) {
        results[i] = Refuse(v1::REASON_STORE_PRECONDITION, "",
                            "the record changed meanwhile; try again");
        continue;
      }
      PKI_RETURN_IF_ERROR(Apply(batches[i], ++version));
      results[i] = absl::OkStatus();
    }
    PKI_RETURN_IF_ERROR(WriteCounter(version));
    const absl::Status committed = transaction.Commit();
    if (ReasonOf(committed) == v1::REASON_STORE_FAILED) Fail();
    return committed;
  }

  absl::StatusOr<int64_t> ReadCounter() {
    const SqliteRun run(counter_);
    PKI_ASSIGN_OR_RETURN(const bool found, run->Step());
    if (!found) return SqliteError(SQLITE_CORRUPT, "counter");
    return run->Number(0);
  }

  absl::Status WriteCounter(int64_t version) {
    const SqliteRun run(count_);
    run->Bind(1, version);
    return run->Step().status();
  }

  absl::StatusOr<bool> Holds(const std::vector<Precondition>& preconditions) {
    for (const Precondition& precondition : preconditions) {
      const SqliteRun run(version_);
      run->Bind(1, precondition.key);
      PKI_ASSIGN_OR_RETURN(const bool found, run->Step());
      if (found != precondition.version.has_value()) return false;
      if (found &&
          static_cast<Version>(run->Number(0)) != *precondition.version) {
        return false;
      }
    }
    return true;
  }

  absl::Status Apply(const WriteBatch& batch, int64_t version) {
    for (const auto& [key, value] : batch.puts) {
      const SqliteRun run(put_);
      run->Bind(1, key);
      run->Bind(2, version);
      run->Bind(3, value);
      PKI_RETURN_IF_ERROR(run->Step().status());
    }
    for (const std::string& key : batch.deletes) {
      const SqliteRun run(erase_);
      run->Bind(1, key);
      PKI_RETURN_IF_ERROR(run->Step().status());
    }
    return absl::OkStatus();
  }

  // Copies the log into the file as far as no reader needs the old pages. The
  // commits in it are durable without that; but a failed fsync is the end here
  // too.
  void Checkpoint() {
    const int result = sqlite3_wal_checkpoint_v2(
        connection_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if ((result & 0xff) == SQLITE_IOERR) Fail();
  }

  void Fail() {
    failed_ = Refuse(v1::REASON_STORE_FAILED, "",
                     "A write to the store failed, so that it is unknown what "
                     "is on the disk; open the store again.");
  }

  SqliteConnection connection_;
  SqliteStatement counter_;
  SqliteStatement count_;
  SqliteStatement version_;
  SqliteStatement put_;
  SqliteStatement erase_;
  int log_pages_ = 0;
  // Why no commit is taken any more; OK until then.
  absl::Status failed_;
  GroupCommit queue_;
};

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
    Loan(ReaderPool& pool, std::unique_ptr<Reader> reader)
        : pool_(&pool), reader_(std::move(reader)) {}
    Loan(Loan&&) = default;
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (reader_ != nullptr) pool_->Return(std::move(reader_));
    }

    Reader* operator->() const { return reader_.get(); }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Reader> reader_;
  };

  ReaderPool(const std::string& path, const Options& options)
      : path_(path), options_(options) {}

  absl::StatusOr<Loan> Borrow() {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      returned_.wait(lock,
                     [&] { return !idle_.empty() || lent_ < kMaxReaders; });
      ++lent_;
      if (!idle_.empty()) {
        std::unique_ptr<Reader> reader = std::move(idle_.back());
        idle_.pop_back();
        return Loan(*this, std::move(reader));
      }
    }
    absl::StatusOr<std::unique_ptr<Reader>> made = Make();
    if (!made.ok()) {
      Return(nullptr);
      return made.status();
    }
    return Loan(*this, *std::move(made));
  }

 private:
  absl::StatusOr<std::unique_ptr<Reader>> Make() const {
    PKI_ASSIGN_OR_RETURN(
        SqliteConnection connection,
        SqliteConnection::Open(path_, options_.vfs, options_.wait));
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

  // Null for one that could not be made.
  void Return(std::unique_ptr<Reader> reader) {
    const std::lock_guard<std::mutex> lock(mutex_);
    --lent_;
    if (reader != nullptr) idle_.push_back(std::move(reader));
    returned_.notify_one();
  }

  const std::string& path_;
  const Options& options_;
  std::mutex mutex_;  // guards all below
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Reader>> idle_;
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
  PKI_RETURN_IF_ERROR(EnsureFile(absolute, options));
  PKI_ASSIGN_OR_RETURN(
      SqliteConnection connection,
      SqliteConnection::Open(absolute, options.vfs, options.wait));
  PKI_ASSIGN_OR_RETURN(const int64_t application,
                       connection.Number("PRAGMA application_id"));
  if (application != kSqliteApplicationId) {
    return Refuse(v1::REASON_STORE_FOREIGN, "",
                  absl::StrCat("The file ", Quote(absolute),
                               " is not a store of this engine."));
  }
  PKI_RETURN_IF_ERROR(Migrate(connection, *options.migrations));
  std::unique_ptr<SqliteStore> store(new SqliteStore(absolute, options));
  PKI_ASSIGN_OR_RETURN(store->writer_, Writer::New(std::move(connection)));
  return store;
}

SqliteStore::SqliteStore(std::string path, const Options& options)
    : path_(std::move(path)),
      options_(options),
      readers_(std::make_unique<ReaderPool>(path_, options_)) {}

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
  PKI_ASSIGN_OR_RETURN(SqliteStatement check,
                       reader->connection.Prepare("PRAGMA integrity_check"));
  std::vector<std::string> problems;
  for (;;) {
    PKI_ASSIGN_OR_RETURN(const bool found, check.Step());
    if (!found) return problems;
    std::string line = check.Column(0);
    if (line != "ok") problems.push_back(std::move(line));
  }
}

absl::Status SqliteStore::Backup(const std::string& path,
                                 const Progress& progress) {
  PKI_ASSIGN_OR_RETURN(NewFile file, NewFile::Create(path));
  {
    PKI_ASSIGN_OR_RETURN(const ReaderPool::Loan reader, readers_->Borrow());
    PKI_ASSIGN_OR_RETURN(const SqliteConnection copy,
                         SqliteConnection::Open(file.temporary_path(),
                                                options_.vfs, options_.wait));
    const std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)>
        backup(sqlite3_backup_init(copy.get(), "main", reader->connection.get(),
                                   "main"),
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
  }
  PKI_ASSIGN_OR_RETURN(const bool published, file.Publish());
  if (!published) {
    return Refuse(v1::REASON_BACKUP_EXISTS, "",
                  absl::StrCat("There is a file ", Quote(path),
                               " already; a backup overwrites none."));
  }
  return absl::OkStatus();
}

absl::StatusOr<StoreMaintenance::Description> SqliteStore::Describe() {
  PKI_ASSIGN_OR_RETURN(const ReaderPool::Loan reader, readers_->Borrow());
  Description description;
  description.path = path_;
  PKI_ASSIGN_OR_RETURN(description.format,
                       reader->connection.Number("PRAGMA user_version"));
  return description;
}

}  // namespace pki
