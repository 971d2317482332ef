// The layout of the SQLite file, and how an older one becomes the newest.
#ifndef PKI_STORE_SQLITE_SCHEMA_H_
#define PKI_STORE_SQLITE_SCHEMA_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pki/store/sqlite.h"

namespace pki {

// Answers the number of the last commit, in every format.
inline constexpr char kSqliteCounter[] =
    "SELECT version FROM counter WHERE id = 1";

// The statements that make format n + 1 of format n, for n from 0, which is an
// empty file.
using SqliteMigrations = std::vector<std::string>;
const SqliteMigrations& BuiltInSqliteMigrations();

// Brings the file to the newest format: in one transaction, so that a crash
// leaves the old one or the new. Errors: REASON_STORE_FORMAT for a format that
// `migrations` does not know; STORAGE_FAILURE.
absl::Status Migrate(const SqliteConnection& connection,
                     const SqliteMigrations& migrations);

}  // namespace pki

#endif  // PKI_STORE_SQLITE_SCHEMA_H_
