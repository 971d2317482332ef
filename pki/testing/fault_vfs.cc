// Counters of calls, and a shadow of what is durable.
#include "pki/testing/fault_vfs.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>

namespace pki {
namespace {

// What a disk writes whole or not at all.
constexpr int64_t kSectorSize = 512;

int WholeSectors(int64_t size) {
  return static_cast<int>(size - size % kSectorSize);
}

void Put(std::string& content, int64_t offset, std::string_view data) {
  const auto at = static_cast<size_t>(offset);
  content.resize(std::max(content.size(), at + data.size()));
  content.replace(at, data.size(), data);
}

}  // namespace

class FaultVfs::FaultFile : public File {
 public:
  // `disk` is null for a file that is not to be remembered.
  FaultFile(FaultVfs& vfs, sqlite3_file* below, Disk* disk)
      : File(below), vfs_(vfs), disk_(disk) {}

  int Read(void* data, int size, int64_t offset) override {
    {
      const std::lock_guard<std::mutex> lock(vfs_.mutex_);
      if (vfs_.Fails(DiskCall::kRead)) return SQLITE_IOERR_READ;
    }
    return File::Read(data, size, offset);
  }

  int Write(const void* data, int size, int64_t offset) override {
    const std::lock_guard<std::mutex> lock(vfs_.mutex_);
    const bool fails = vfs_.Fails(DiskCall::kWrite);
    if (vfs_.lost_power_) return SQLITE_IOERR_WRITE;
    const bool full = vfs_.space_ >= 0 && size > vfs_.space_;
    if (full) {
      size = WholeSectors(vfs_.space_);
    } else if (fails) {
      size = WholeSectors(size / 2);
    }
    if (vfs_.space_ >= 0) vfs_.space_ -= size;
    if (disk_ != nullptr) {
      disk_->changes.push_back(
          {offset, std::string(static_cast<const char*>(data), size)});
    }
    const int result = File::Write(data, size, offset);
    if (full) return SQLITE_FULL;
    return fails ? SQLITE_IOERR_WRITE : result;
  }

  int Truncate(int64_t size) override {
    const std::lock_guard<std::mutex> lock(vfs_.mutex_);
    if (vfs_.Fails(DiskCall::kTruncate)) return SQLITE_IOERR_TRUNCATE;
    if (disk_ != nullptr) disk_->changes.push_back({size, ""});
    return File::Truncate(size);
  }

  int Sync(int /*flags*/) override {
    const std::lock_guard<std::mutex> lock(vfs_.mutex_);
    const bool fails = vfs_.Fails(DiskCall::kSync);
    if (vfs_.lost_power_) return SQLITE_IOERR_FSYNC;
    if (disk_ != nullptr) {
      for (const Change& change : disk_->changes) {
        if (fails) break;
        if (change.data.empty()) {
          disk_->synced.resize(change.offset);
        } else {
          Put(disk_->synced, change.offset, change.data);
        }
      }
      disk_->changes.clear();
    }
    // The shadow is all that is asked for later; the real disk may be slow.
    return fails ? SQLITE_IOERR_FSYNC : SQLITE_OK;
  }

  int MapShared(int region, int size, int extend,
                void volatile** memory) override {
    {
      const std::lock_guard<std::mutex> lock(vfs_.mutex_);
      if (vfs_.Fails(DiskCall::kMapShared)) return SQLITE_IOERR_SHMMAP;
    }
    return File::MapShared(region, size, extend, memory);
  }

 private:
  FaultVfs& vfs_;
  Disk* const disk_;
};

int64_t FaultVfs::count(DiskCall call) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return counts_[static_cast<size_t>(call)];
}

void FaultVfs::FailAt(DiskCall call, int64_t n) {
  const std::lock_guard<std::mutex> lock(mutex_);
  fail_call_ = call;
  fail_in_ = n;
  failed_ = false;
}

bool FaultVfs::failed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return failed_;
}

void FaultVfs::LimitSpace(int64_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  space_ = bytes;
}

void FaultVfs::ForbidWriting() {
  const std::lock_guard<std::mutex> lock(mutex_);
  read_only_ = true;
}

void FaultVfs::LosePowerAt(int64_t n) {
  const std::lock_guard<std::mutex> lock(mutex_);
  power_in_ = n;
}

bool FaultVfs::lost_power() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return lost_power_;
}

void FaultVfs::SaveDisk(const std::string& folder, std::mt19937& random) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto happens = [&] { return (random() & 1) != 0; };
  for (const auto& [path, disk] : disks_) {
    if (disk.deleted && happens()) continue;
    std::string content = disk.synced;
    for (const Change& change : disk.changes) {
      if (change.data.empty()) {
        if (happens()) content.resize(change.offset);
        continue;
      }
      const std::string_view data = change.data;
      for (int64_t done = 0; done < static_cast<int64_t>(data.size());) {
        const int64_t offset = change.offset + done;
        const std::string_view sector =
            data.substr(done, kSectorSize - offset % kSectorSize);
        if (happens()) Put(content, offset, sector);
        done += static_cast<int64_t>(sector.size());
      }
    }
    std::ofstream(folder + path.substr(path.rfind('/')), std::ios::binary)
        << content;
  }
}

int FaultVfs::BeforeOpen(const char* /*path*/, int& flags) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (read_only_) {
    flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    flags |= SQLITE_OPEN_READONLY;
  }
  return Fails(DiskCall::kOpen) ? SQLITE_CANTOPEN : SQLITE_OK;
}

std::unique_ptr<SqliteVfs::File> FaultVfs::Wrap(sqlite3_file* below,
                                                const char* path, int flags) {
  Disk* disk = nullptr;
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto [place, is_new] = disks_.try_emplace(path);
    disk = &place->second;
    if (std::exchange(disk->deleted, false)) *disk = {};
    if (is_new) {
      // What was there before counts as durable.
      sqlite3_int64 size = 0;
      below->pMethods->xFileSize(below, &size);
      disk->synced.resize(size);
      below->pMethods->xRead(below, disk->synced.data(), static_cast<int>(size),
                             0);
    }
  }
  return std::make_unique<FaultFile>(*this, below, disk);
}

int FaultVfs::Delete(const char* path, int sync_folder) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (lost_power_) return SQLITE_IOERR_DELETE;
    const auto disk = disks_.find(path);
    if (disk != disks_.end()) disk->second.deleted = true;
  }
  return SqliteVfs::Delete(path, sync_folder);
}

bool FaultVfs::Fails(DiskCall call) {
  ++counts_[static_cast<size_t>(call)];
  const bool changes = call == DiskCall::kWrite ||
                       call == DiskCall::kTruncate || call == DiskCall::kSync;
  if (changes && power_in_ > 0 && --power_in_ == 0) lost_power_ = true;
  if (lost_power_) return true;
  if (call != fail_call_ || fail_in_ == 0 || --fail_in_ != 0) return false;
  failed_ = true;
  return true;
}

}  // namespace pki
