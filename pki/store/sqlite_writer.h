// The one way by which commits come into an SQLite store.
#ifndef PKI_STORE_SQLITE_WRITER_H_
#define PKI_STORE_SQLITE_WRITER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/store/group_commit.h"
#include "pki/store/sqlite.h"
#include "pki/store/sqlite_file.h"
#include "pki/store/store.h"

namespace pki {

// Safe on any thread.
class SqliteWriter {
 public:
  // The log is copied into the file whenever it has grown by so many pages.
  static absl::StatusOr<std::unique_ptr<SqliteWriter>> New(
      const SqliteFile& file, int checkpoint_pages);

  // As Store::Commit().
  absl::Status Commit(WriteBatch batch);

 private:
  struct Statements {
    static absl::StatusOr<Statements> Prepare(
        const SqliteConnection& connection);

    SqliteStatement format;
    SqliteStatement counter;
    SqliteStatement count;
    SqliteStatement version;
    SqliteStatement put;
    SqliteStatement erase;
  };

  SqliteWriter(SqliteConnection connection, Statements statements,
               int64_t format, int checkpoint_pages);

  // The work of the queue; the rest is for it alone.
  void CommitGroup(const std::vector<WriteBatch>& batches,
                   std::vector<absl::Status>& results);
  // Fills in the results of the batches; an error is that of them all.
  absl::Status TryGroup(const std::vector<WriteBatch>& batches,
                        std::vector<absl::Status>& results);
  // Whether it is still the file that was opened.
  absl::Status CheckFile();
  absl::StatusOr<bool> Holds(const std::vector<Precondition>& preconditions);
  absl::Status Apply(const WriteBatch& batch, int64_t version);
  absl::Status WriteCounter(int64_t version);
  // Copies the log into the file when it is time to.
  void Checkpoint();
  // Takes no commit any more, if that is what `status` means.
  void FailAfter(const absl::Status& status);

  const SqliteConnection connection_;
  Statements statements_;
  const int64_t format_;
  const int checkpoint_pages_;
  // As long as the log was after the last commit, and at the last look.
  int log_pages_ = 0;
  int log_pages_seen_ = 0;
  int next_checkpoint_;
  // Why no commit is taken any more; OK until then.
  absl::Status failed_;
  GroupCommit queue_;
};

}  // namespace pki

#endif  // PKI_STORE_SQLITE_WRITER_H_
