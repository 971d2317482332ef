// SQLite as the store uses it: connections and statements that close
// themselves, and its errors as refusals.
#ifndef PKI_STORE_SQLITE_H_
#define PKI_STORE_SQLITE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sqlite3;
struct sqlite3_stmt;

namespace pki {

// A refusal for a result of SQLite (extended), about the store in `path`:
// REASON_STORE_BUSY, REASON_STORE_DAMAGED, REASON_STORE_FULL or
// REASON_STORE_FAILED.
absl::Status SqliteError(int result, absl::string_view path);

// A prepared statement. Outlived by its connection.
class SqliteStatement {
 public:
  // Parameters count from 1. The bytes are not copied: they live until Reset().
  void Bind(int parameter, absl::string_view bytes);
  void Bind(int parameter, int64_t number);

  // Goes to the next row; false when there is none.
  absl::StatusOr<bool> Step();
  // Ends the run, and with it the read that it holds.
  void Reset();

  // Of the row, columns count from 0.
  std::string Column(int column) const;
  int64_t Number(int column) const;

 private:
  friend class SqliteConnection;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

// Resets a statement at the end of a block.
class SqliteRun {
 public:
  explicit SqliteRun(SqliteStatement& statement) : statement_(statement) {}
  SqliteRun(const SqliteRun&) = delete;
  SqliteRun& operator=(const SqliteRun&) = delete;
  ~SqliteRun() { statement_.Reset(); }

  SqliteStatement* operator->() const { return &statement_; }

 private:
  SqliteStatement& statement_;
};

// One connection to one file, for one thread at a time.
class SqliteConnection {
 public:
  // Opens a file that is there. Every setting on which durability or memory
  // depends is made here. `vfs` is a name that SQLite knows; `wait` is how long
  // to wait for other connections.
  static absl::StatusOr<SqliteConnection> Open(const std::string& path,
                                               const std::string& vfs,
                                               std::chrono::milliseconds wait);
  // Opens it to read what is in the file itself, whatever its log says and
  // whoever is writing.
  static absl::StatusOr<SqliteConnection> OpenWithoutLog(
      const std::string& path, const std::string& vfs);

  absl::StatusOr<SqliteStatement> Prepare(absl::string_view sql) const;
  // Runs statements, and drops what they answer.
  absl::Status Run(const std::string& sql) const;
  // The one number that a statement answers.
  absl::StatusOr<int64_t> Number(absl::string_view sql) const;

  // The first column of what a statement answers.
  absl::StatusOr<std::vector<std::string>> Column(absl::string_view sql) const;
  // Has the file keep a log (WAL) from now on, if it does not yet.
  absl::Status UseLog() const;
  // Whether the log stays as it is when this is the last connection to be
  // closed; else it is brought into the file then, and removed.
  void KeepLogOnClose(bool keep) const;
  // Leaves so much room at the end of each page of a file that is still empty.
  absl::Status ReserveBytes(int bytes) const;

  sqlite3* get() const { return connection_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };

  explicit SqliteConnection(sqlite3* connection) : connection_(connection) {}

  static absl::StatusOr<SqliteConnection> Open(const std::string& name,
                                               const std::string& vfs,
                                               int flags);

  std::unique_ptr<sqlite3, Closer> connection_;
};

// A transaction; rolled back at the end of a block unless it was committed.
class SqliteTransaction {
 public:
  // One that may write. There is one at a time on a file.
  static absl::StatusOr<SqliteTransaction> BeginWrite(
      const SqliteConnection& connection);
  // One that sees the file as it is now, whoever commits meanwhile.
  static absl::StatusOr<SqliteTransaction> BeginRead(
      const SqliteConnection& connection);
  SqliteTransaction(SqliteTransaction&& other) noexcept;
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();

  absl::Status Commit() const;

 private:
  explicit SqliteTransaction(sqlite3* connection) : connection_(connection) {}

  sqlite3* connection_;
};

}  // namespace pki

#endif  // PKI_STORE_SQLITE_H_
