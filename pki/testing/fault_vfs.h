// A disk under a test's control, below SQLite: calls that fail, space that
// ends, power that goes.
#ifndef PKI_TESTING_FAULT_VFS_H_
#define PKI_TESTING_FAULT_VFS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "pki/store/sqlite_vfs.h"

namespace pki {

enum class DiskCall { kOpen, kRead, kWrite, kTruncate, kSync, kMapShared };
inline constexpr size_t kDiskCalls = 6;

// Safe on any thread.
class FaultVfs : public SqliteVfs {
 public:
  FaultVfs() : SqliteVfs("") {}

  // How many calls there were.
  int64_t count(DiskCall call) const;

  // The nth such call from now on fails, once. Of a write that fails half is
  // written; what a sync that fails should have made durable never will be.
  void FailAt(DiskCall call, int64_t n);
  // Whether it did.
  bool failed() const;

  // There is room for so many more bytes; a negative number is no limit.
  void LimitSpace(int64_t bytes);

  // From now on files are opened as those are that may only be read.
  void ForbidWriting();

  // The nth write, truncation or sync from now on, and every call after it,
  // fails without effect.
  void LosePowerAt(int64_t n);
  bool lost_power() const;

  // Writes to the folder what the disk has after a loss of power at this
  // moment: of each file what was synced, and of what was written since any
  // sectors, or a deletion, or not.
  void SaveDisk(const std::string& folder, std::mt19937& random) const;

 protected:
  int BeforeOpen(const char* path, int& flags) override;
  std::unique_ptr<File> Wrap(sqlite3_file* below, const char* path,
                             int flags) override;
  int Delete(const char* path, int sync_folder) override;

 private:
  class FaultFile;

  // A write, or a truncation to `offset` where there is no data.
  struct Change {
    int64_t offset;
    std::string data;
  };
  struct Disk {
    std::string synced;
    std::vector<Change> changes;  // since then
    bool deleted = false;
  };

  // Whether the call is to fail. With the mutex held.
  bool Fails(DiskCall call);

  mutable std::mutex mutex_;  // guards all below
  std::array<int64_t, kDiskCalls> counts_ = {};
  DiskCall fail_call_ = DiskCall::kOpen;
  int64_t fail_in_ = 0;
  bool failed_ = false;
  int64_t space_ = -1;
  bool read_only_ = false;
  int64_t power_in_ = 0;
  bool lost_power_ = false;
  std::map<std::string, Disk> disks_;  // by path
};

}  // namespace pki

#endif  // PKI_TESTING_FAULT_VFS_H_
