// A layer below SQLite that notices damage to a store's files.
//
// SQLite itself trusts the disk: a bit that flips in its file can make a key
// "not found". Here each page of the file ends with a checksum over its number
// and content, made when the page is written and checked whenever it is read.
// The log (WAL) has checksums of SQLite's own, which SQLite checks only when it
// recovers the log; here they are checked on every read.
//
// Recovery reads the log up to the first frame that is not as it was written.
// After a loss of power that is in the last commit, which had not returned. It
// is damage, and refused as such, when a later commit follows in the log: that
// one began only after the fsync of those before it. What cannot be told from a
// loss of power is damage to the last commit in the log, or a log that was cut:
// the store is then as it was after an earlier commit. (When part of what is
// lost had been copied into the file, PrepareSqliteFile() notices.)
//
// As SQLite does, it takes for granted that a disk writes a sector of 512 bytes
// whole or not at all.
#ifndef PKI_STORE_CHECKSUM_VFS_H_
#define PKI_STORE_CHECKSUM_VFS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "pki/store/sqlite_vfs.h"

namespace pki {

// In bytes. Files of another page size are damaged in its eyes.
inline constexpr int kSqlitePageSize = 4096;
// What it needs at the end of each page (SQLite's "reserved space").
inline constexpr int kSqliteReservedBytes = 8;

// Damage is SQLITE_IOERR_DATA.
class ChecksumVfs : public SqliteVfs {
 public:
  using SqliteVfs::SqliteVfs;

  // How often it made something durable (fsync).
  uint64_t syncs() const { return syncs_; }

 protected:
  std::unique_ptr<File> Wrap(sqlite3_file* below, const char* path,
                             int flags) override;

 private:
  class CountingFile;
  class MainFile;
  class LogFile;

  std::atomic<uint64_t> syncs_{0};
};

}  // namespace pki

#endif  // PKI_STORE_CHECKSUM_VFS_H_
