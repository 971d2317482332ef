// The formats, in order, and the loop over them.
#include "pki/store/sqlite_schema.h"

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"

namespace pki {
namespace {

absl::Status CheckKnown(int64_t format, const SqliteMigrations& migrations) {
  const auto newest = static_cast<int64_t>(migrations.size());
  if (format >= 0 && format <= newest) return absl::OkStatus();
  return Refuse(v1::REASON_STORE_FORMAT, "",
                absl::StrCat("The store has format ", format,
                             "; this engine knows up to ", newest,
                             ". Use a newer engine."));
}

}  // namespace

const SqliteMigrations& BuiltInSqliteMigrations() {
  static const auto* const migrations = new SqliteMigrations{
      // Rows lie in the order of their coming, which fills pages to the brim
      // where keys are random; the index over the keys is small beside them.
      // The counter is the version of the last commit.
      "CREATE TABLE entry ("
      "  id INTEGER PRIMARY KEY,"
      "  key BLOB NOT NULL UNIQUE,"
      "  version INTEGER NOT NULL,"
      "  value BLOB NOT NULL"
      ") STRICT;"
      "CREATE TABLE counter ("
      "  id INTEGER PRIMARY KEY CHECK (id = 1),"
      "  version INTEGER NOT NULL"
      ") STRICT;"
      "INSERT INTO counter (id, version) VALUES (1, 0);",
  };
  return *migrations;
}

absl::Status Migrate(const SqliteConnection& connection,
                     const SqliteMigrations& migrations) {
  PKI_ASSIGN_OR_RETURN(const int64_t before,
                       connection.Number("PRAGMA user_version"));
  PKI_RETURN_IF_ERROR(CheckKnown(before, migrations));
  if (before == static_cast<int64_t>(migrations.size())) {
    return absl::OkStatus();
  }
  PKI_ASSIGN_OR_RETURN(const SqliteTransaction transaction,
                       SqliteTransaction::BeginWrite(connection));
  // Again: another process may have come first.
  PKI_ASSIGN_OR_RETURN(const int64_t format,
                       connection.Number("PRAGMA user_version"));
  PKI_RETURN_IF_ERROR(CheckKnown(format, migrations));
  for (auto next = static_cast<size_t>(format); next < migrations.size();
       ++next) {
    PKI_RETURN_IF_ERROR(connection.Run(migrations[next]));
  }
  PKI_RETURN_IF_ERROR(connection.Run(
      absl::StrCat("PRAGMA user_version = ", migrations.size())));
  return transaction.Commit();
}

}  // namespace pki
