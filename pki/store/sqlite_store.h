// A store in one file on disk: an SQLite database.
//
// A commit is durable when it returns (write-ahead log, an fsync for each group
// of commits that come at the same time). Several processes may have the file
// open, and several stores in one process. After a crash or a loss of power the
// next to open the file recovers it: every commit that returned is there, and
// of the others each is there whole or not at all.
//
// The file, its log (-wal) and the index of that (-shm) are readable by their
// owner alone. They belong together: do not move, copy or delete one of them
// while the store is open, or without the others after a crash; Backup() copies
// a store in use. Not for network file systems.
//
// What was damaged on the disk is refused with REASON_STORE_DAMAGED, never
// answered (checksum_vfs.h says how, and what cannot be noticed).
#ifndef PKI_STORE_SQLITE_STORE_H_
#define PKI_STORE_SQLITE_STORE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/store/maintenance.h"
#include "pki/store/sqlite_file.h"
#include "pki/store/sqlite_schema.h"
#include "pki/store/store.h"

namespace pki {

class ChecksumVfs;
class SqliteWriter;

class SqliteStore : public Store, public StoreMaintenance {
 public:
  struct Options {
    // How long a commit waits for other processes before REASON_STORE_BUSY.
    std::chrono::milliseconds wait{10000};
    // The layer of SQLite to stand on (sqlite_vfs.h); empty for its own choice.
    std::string vfs;
    // The formats that there are.
    const SqliteMigrations* migrations = &BuiltInSqliteMigrations();
    // The log is copied into the file when it has so many pages.
    int checkpoint_pages = 1000;
  };

  // Opens the store in the file `path`, and makes it when there is none.
  // Errors: REASON_STORE_FOREIGN for another program's file;
  // REASON_STORE_FORMAT for one of a newer engine; REASON_STORE_DAMAGED;
  // REASON_STORE_BUSY; REASON_STORE_FAILED when there is no such folder, or
  // the file may not be written.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(
      const std::string& path, const Options& options);

  // The last store of a file to be closed, in whatever process, brings the log
  // into the file and removes it.
  ~SqliteStore() override;

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override;
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override;
  // When it is unknown what of a commit is on the disk, because a write or an
  // fsync failed, this and every later one is refused with REASON_STORE_FAILED
  // until the store is opened anew. REASON_STORE_FULL wrote nothing, and the
  // next commit may succeed.
  absl::Status Commit(WriteBatch batch) override;

  absl::StatusOr<std::vector<std::string>> Check() override;
  absl::Status Backup(const std::string& path,
                      const Progress& progress) override;
  absl::StatusOr<Description> Describe() override;
  absl::Status Compact() override;

  // How often it has waited for the disk since it was opened (fsync).
  uint64_t syncs() const;

 private:
  class ReaderPool;

  SqliteStore(std::unique_ptr<ChecksumVfs> vfs, SqliteFile file,
              std::unique_ptr<SqliteWriter> writer);

  // Fills the empty file `path`.
  absl::Status CopyTo(const std::string& path, const Progress& progress);

  // In this order: connections go before what they stand on.
  const std::unique_ptr<ChecksumVfs> vfs_;
  const SqliteFile file_;
  const std::unique_ptr<ReaderPool> readers_;
  const std::unique_ptr<SqliteWriter> writer_;
};

}  // namespace pki

#endif  // PKI_STORE_SQLITE_STORE_H_
