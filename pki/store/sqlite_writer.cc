// Groups of batches, each one transaction.
#include "pki/store/sqlite_writer.h"

#include <sqlite3.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/store/sqlite_schema.h"

namespace pki {
namespace {

constexpr size_t kGroupBytes = size_t{8} << 20;

// The number that a prepared statement answers.
absl::StatusOr<int64_t> NumberOf(SqliteStatement& statement) {
  const SqliteRun run(statement);
  PKI_RETURN_IF_ERROR(run->Step().status());
  return run->Number(0);
}

}  // namespace

absl::StatusOr<SqliteWriter::Statements> SqliteWriter::Statements::Prepare(
    const SqliteConnection& connection) {
  PKI_ASSIGN_OR_RETURN(SqliteStatement format,
                       connection.Prepare("PRAGMA user_version"));
  PKI_ASSIGN_OR_RETURN(SqliteStatement counter,
                       connection.Prepare(kSqliteCounter));
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
  PKI_ASSIGN_OR_RETURN(SqliteStatement erase,
                       connection.Prepare("DELETE FROM entry WHERE key = ?1"));
  return Statements{std::move(format),  std::move(counter), std::move(count),
                    std::move(version), std::move(put),     std::move(erase)};
}

absl::StatusOr<std::unique_ptr<SqliteWriter>> SqliteWriter::New(
    const SqliteFile& file, int checkpoint_pages) {
  PKI_ASSIGN_OR_RETURN(SqliteConnection connection,
                       SqliteConnection::Open(file.path, file.vfs, file.wait));
  PKI_ASSIGN_OR_RETURN(Statements statements, Statements::Prepare(connection));
  PKI_ASSIGN_OR_RETURN(const int64_t format, NumberOf(statements.format));
  return std::unique_ptr<SqliteWriter>(new SqliteWriter(
      std::move(connection), std::move(statements), format, checkpoint_pages));
}

SqliteWriter::SqliteWriter(SqliteConnection connection, Statements statements,
                           int64_t format, int checkpoint_pages)
    : connection_(std::move(connection)),
      statements_(std::move(statements)),
      format_(format),
      checkpoint_pages_(checkpoint_pages),
      next_checkpoint_(checkpoint_pages),
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

absl::Status SqliteWriter::Commit(WriteBatch batch) {
  return queue_.Commit(std::move(batch));
}

void SqliteWriter::CommitGroup(const std::vector<WriteBatch>& batches,
                               std::vector<absl::Status>& results) {
  absl::Status whole = failed_;
  if (whole.ok()) whole = TryGroup(batches, results);
  if (!whole.ok()) results.assign(batches.size(), whole);
  Checkpoint();
}

absl::Status SqliteWriter::TryGroup(const std::vector<WriteBatch>& batches,
                                    std::vector<absl::Status>& results) {
  PKI_ASSIGN_OR_RETURN(const SqliteTransaction transaction,
                       SqliteTransaction::BeginWrite(connection_));
  PKI_RETURN_IF_ERROR(CheckFile());
  PKI_ASSIGN_OR_RETURN(const int64_t before, NumberOf(statements_.counter));
  int64_t version = before;
  // Theirs when the commit has succeeded, and not before.
  std::vector<absl::Status> outcomes(batches.size());
  for (size_t i = 0; i < batches.size(); ++i) {
    PKI_ASSIGN_OR_RETURN(const bool holds, Holds(batches[i].preconditions));
    if (!holds) {
      outcomes[i] = PreconditionFailed();
      continue;
    }
    PKI_RETURN_IF_ERROR(Apply(batches[i], ++version));
  }
  if (version > before) {
    PKI_RETURN_IF_ERROR(WriteCounter(version));
    const absl::Status committed = transaction.Commit();
    FailAfter(committed);
    PKI_RETURN_IF_ERROR(committed);
  }
  results = std::move(outcomes);
  return absl::OkStatus();
}

absl::Status SqliteWriter::CheckFile() {
  int moved = 0;
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED,
                       &moved);
  if (moved != 0) {
    return Refuse(v1::REASON_STORE_FAILED, "",
                  "The file of the store was moved, replaced or deleted while "
                  "it was open; open the store again.");
  }
  PKI_ASSIGN_OR_RETURN(const int64_t format, NumberOf(statements_.format));
  if (format == format_) return absl::OkStatus();
  return Refuse(v1::REASON_STORE_FORMAT, "",
                absl::StrCat("A newer engine has brought the store from "
                             "format ",
                             format_, " to ", format,
                             " while it was open. Use a newer engine."));
}

absl::StatusOr<bool> SqliteWriter::Holds(
    const std::vector<Precondition>& preconditions) {
  for (const Precondition& precondition : preconditions) {
    const SqliteRun run(statements_.version);
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

absl::Status SqliteWriter::Apply(const WriteBatch& batch, int64_t version) {
  for (const auto& [key, value] : batch.puts) {
    const SqliteRun run(statements_.put);
    run->Bind(1, key);
    run->Bind(2, version);
    run->Bind(3, value);
    PKI_RETURN_IF_ERROR(run->Step().status());
  }
  for (const std::string& key : batch.deletes) {
    const SqliteRun run(statements_.erase);
    run->Bind(1, key);
    PKI_RETURN_IF_ERROR(run->Step().status());
  }
  return absl::OkStatus();
}

absl::Status SqliteWriter::WriteCounter(int64_t version) {
  const SqliteRun run(statements_.count);
  run->Bind(1, version);
  return run->Step().status();
}

void SqliteWriter::Checkpoint() {
  // A log that was copied whole begins anew with the next commit.
  if (log_pages_ < log_pages_seen_) next_checkpoint_ = checkpoint_pages_;
  log_pages_seen_ = log_pages_;
  if (log_pages_ < next_checkpoint_) return;
  // Readers may need old pages of the file: then a part remains for next time.
  next_checkpoint_ = log_pages_ + checkpoint_pages_;
  const int result = sqlite3_wal_checkpoint_v2(
      connection_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // The commits in the log are durable whatever becomes of this; another
  // process may be at it, or the disk full.
  if (result != SQLITE_OK) FailAfter(SqliteError(result, ""));
}

void SqliteWriter::FailAfter(const absl::Status& status) {
  const v1::Reason reason = ReasonOf(status);
  if (reason == v1::REASON_STORE_DAMAGED) failed_ = status;
  if (reason == v1::REASON_STORE_FAILED) {
    failed_ = Refuse(v1::REASON_STORE_FAILED, "",
                     "A write to the store failed, so that it is unknown what "
                     "is on the disk; open the store again.");
  }
}

}  // namespace pki
