// The file of an SQLite store, before it is open: made, or found to be one.
#ifndef PKI_STORE_SQLITE_FILE_H_
#define PKI_STORE_SQLITE_FILE_H_

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/store/sqlite.h"
#include "pki/store/sqlite_schema.h"

namespace pki {

// What it takes to open connections to a store.
struct SqliteFile {
  std::string path;  // absolute
  std::string vfs;   // the name of a ChecksumVfs
  std::chrono::milliseconds wait;
};

// Makes sure that the file is there, of ours, and of the newest format. A new
// one appears complete, or not at all. Errors: REASON_STORE_FOREIGN,
// REASON_STORE_FORMAT, other STORAGE_FAILURE.
absl::Status PrepareSqliteFile(const SqliteFile& file,
                               const SqliteMigrations& migrations);

// A file beside `path` that SQLite would take for a part of the store there
// (its log, say), although there is none; empty when there is no such file.
absl::StatusOr<std::string> FindLeftOver(const std::string& path);

// Opens an empty file, to be filled by one who alone knows of it: nothing is
// durable before the file is.
absl::StatusOr<SqliteConnection> OpenEmptySqliteFile(const SqliteFile& file);

}  // namespace pki

#endif  // PKI_STORE_SQLITE_FILE_H_
