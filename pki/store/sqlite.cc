// The calls of SQLite's C interface.
#include "pki/store/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pki/base/status.h"

namespace pki {
namespace {

// What every connection has. The cache is bounded, so that memory does not grow
// with the file; a transaction stays in it until it commits (cache_spill), so
// that a page is written to the log once. Checkpoints are the store's own work,
// because it wants to know when one fails.
constexpr char kSettings[] =
    "PRAGMA synchronous = FULL;"
    "PRAGMA cache_size = -4096;"
    "PRAGMA cache_spill = OFF;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 67108864;";

absl::string_view PathOf(sqlite3* connection) {
  return sqlite3_db_filename(connection, "main");
}

absl::Status Execute(sqlite3* connection, const char* sql) {
  const int result = sqlite3_exec(connection, sql, nullptr, nullptr, nullptr);
  if (result == SQLITE_OK) return absl::OkStatus();
  return SqliteError(result, PathOf(connection));
}

}  // namespace

absl::Status SqliteError(int result, absl::string_view path) {
  const std::string store = absl::StrCat("The store ", Quote(path));
  const std::string cause =
      absl::StrCat(" (SQLite: ", sqlite3_errstr(result), ", ", result, ").");
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Refuse(v1::REASON_STORE_BUSY, "",
                    absl::StrCat(store,
                                 " is in use by another process, longer than "
                                 "store_wait_milliseconds; try again",
                                 cause));
    case SQLITE_FULL:
      return Refuse(v1::REASON_STORE_FULL, "",
                    absl::StrCat(store,
                                 " has no space left on its disk; nothing was "
                                 "written",
                                 cause));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Refuse(
          v1::REASON_STORE_DAMAGED, "",
          absl::StrCat(store, " is damaged; restore a backup", cause));
    default:
      break;
  }
  if (result == SQLITE_IOERR_DATA || result == SQLITE_IOERR_CORRUPTFS) {
    return Refuse(v1::REASON_STORE_DAMAGED, "",
                  absl::StrCat(store, " is damaged; restore a backup", cause));
  }
  return Refuse(v1::REASON_STORE_FAILED, "",
                absl::StrCat(store, " could not be read or written", cause));
}

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void SqliteStatement::Bind(int parameter, absl::string_view bytes) {
  // A null pointer would bind NULL.
  const char* const data = bytes.empty() ? "" : bytes.data();
  sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(),
                      SQLITE_STATIC);
}

void SqliteStatement::Bind(int parameter, int64_t number) {
  sqlite3_bind_int64(statement_.get(), parameter, number);
}

absl::StatusOr<bool> SqliteStatement::Step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return SqliteError(
      result, sqlite3_db_filename(sqlite3_db_handle(statement_.get()), "main"));
}

void SqliteStatement::Reset() { sqlite3_reset(statement_.get()); }

std::string SqliteStatement::Column(int column) const {
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return size == 0 ? std::string()
                   : std::string(static_cast<const char*>(data), size);
}

int64_t SqliteStatement::Number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

void SqliteConnection::Closer::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

absl::StatusOr<SqliteConnection> SqliteConnection::Open(
    const std::string& path, const std::string& vfs,
    std::chrono::milliseconds wait) {
  PKI_ASSIGN_OR_RETURN(SqliteConnection connection,
                       Open(path, vfs, SQLITE_OPEN_READWRITE));
  const auto milliseconds = static_cast<int>(
      std::min<int64_t>(wait.count(), std::numeric_limits<int>::max()));
  sqlite3_busy_timeout(connection.get(), milliseconds);
  connection.KeepLogOnClose(true);
  PKI_RETURN_IF_ERROR(connection.Run(kSettings));
  connection.KeepLogOnClose(false);
  return connection;
}

absl::StatusOr<SqliteConnection> SqliteConnection::OpenWithoutLog(
    const std::string& path, const std::string& vfs) {
  // The characters that mean something in a URI.
  const std::string name =
      absl::StrReplaceAll(path, {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}});
  return Open(absl::StrCat("file:", name, "?immutable=1"), vfs,
              SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

absl::StatusOr<SqliteConnection> SqliteConnection::Open(const std::string& name,
                                                        const std::string& vfs,
                                                        int flags) {
  sqlite3* raw = nullptr;
  const int result =
      sqlite3_open_v2(name.c_str(), &raw,
                      flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                          SQLITE_OPEN_EXRESCODE,
                      vfs.c_str());
  SqliteConnection connection(raw);
  if (result != SQLITE_OK) return SqliteError(result, name);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return connection;
}

absl::StatusOr<SqliteStatement> SqliteConnection::Prepare(
    absl::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int result =
      sqlite3_prepare_v3(get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) {
    return SqliteError(result, PathOf(get()));
  }
  return SqliteStatement(statement);
}

absl::Status SqliteConnection::Run(const std::string& sql) const {
  return Execute(get(), sql.c_str());
}

absl::StatusOr<int64_t> SqliteConnection::Number(absl::string_view sql) const {
  PKI_ASSIGN_OR_RETURN(SqliteStatement statement, Prepare(sql));
  PKI_ASSIGN_OR_RETURN(const bool found, statement.Step());
  return found ? statement.Number(0) : 0;
}

absl::StatusOr<std::vector<std::string>> SqliteConnection::Column(
    absl::string_view sql) const {
  PKI_ASSIGN_OR_RETURN(SqliteStatement statement, Prepare(sql));
  std::vector<std::string> values;
  for (;;) {
    PKI_ASSIGN_OR_RETURN(const bool found, statement.Step());
    if (!found) return values;
    values.push_back(statement.Column(0));
  }
}

absl::Status SqliteConnection::UseLog() const {
  PKI_ASSIGN_OR_RETURN(const std::vector<std::string> modes,
                       Column("PRAGMA journal_mode = WAL"));
  if (modes == std::vector<std::string>{"wal"}) return absl::OkStatus();
  return Refuse(
      v1::REASON_STORE_FAILED, "",
      absl::StrCat("The file system of the store ", Quote(PathOf(get())),
                   " lacks what a store needs: locks and shared "
                   "memory."));
}

void SqliteConnection::KeepLogOnClose(bool keep) const {
  sqlite3_db_config(get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0,
                    nullptr);
}

absl::Status SqliteConnection::ReserveBytes(int bytes) const {
  const int result =
      sqlite3_file_control(get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  if (result == SQLITE_OK) return absl::OkStatus();
  return SqliteError(result, PathOf(get()));
}

absl::StatusOr<SqliteTransaction> SqliteTransaction::BeginWrite(
    const SqliteConnection& connection) {
  PKI_RETURN_IF_ERROR(Execute(connection.get(), "BEGIN IMMEDIATE"));
  return SqliteTransaction(connection.get());
}

absl::StatusOr<SqliteTransaction> SqliteTransaction::BeginRead(
    const SqliteConnection& connection) {
  PKI_RETURN_IF_ERROR(Execute(connection.get(), "BEGIN"));
  SqliteTransaction transaction(connection.get());
  // The first read fixes what is seen.
  PKI_RETURN_IF_ERROR(
      Execute(connection.get(), "SELECT 1 FROM sqlite_schema LIMIT 1"));
  return transaction;
}

SqliteTransaction::SqliteTransaction(SqliteTransaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

SqliteTransaction::~SqliteTransaction() {
  // SQLite has rolled back by itself after some errors.
  if (connection_ != nullptr && sqlite3_get_autocommit(connection_) == 0) {
    sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

absl::Status SqliteTransaction::Commit() const {
  return Execute(connection_, "COMMIT");
}

}  // namespace pki
