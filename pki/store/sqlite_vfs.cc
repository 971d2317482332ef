// The tables of functions that SQLite calls.
#include "pki/store/sqlite_vfs.h"

#include <new>

#include "absl/strings/str_cat.h"

namespace pki {

// What SQLite has for an open file. The handle of the layer below follows it in
// the same memory.
struct SqliteVfs::Handle {
  sqlite3_file base;
  File* file;

  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

namespace {

SqliteVfs& Of(sqlite3_vfs* vfs) {
  return *static_cast<SqliteVfs*>(vfs->pAppData);
}

}  // namespace

int SqliteVfs::File::Read(void* data, int size, int64_t offset) {
  return below_->pMethods->xRead(below_, data, size, offset);
}

int SqliteVfs::File::Write(const void* data, int size, int64_t offset) {
  return below_->pMethods->xWrite(below_, data, size, offset);
}

int SqliteVfs::File::Truncate(int64_t size) {
  return below_->pMethods->xTruncate(below_, size);
}

int SqliteVfs::File::Sync(int flags) {
  return below_->pMethods->xSync(below_, flags);
}

int SqliteVfs::File::MapShared(int region, int size, int extend,
                               void volatile** memory) {
  return below_->pMethods->xShmMap(below_, region, size, extend, memory);
}

// Version 2: the log needs shared memory; version 3 would map the file itself.
const sqlite3_io_methods SqliteVfs::kMethods = {
    /*iVersion=*/2,
    /*xClose=*/
    [](sqlite3_file* file) {
      auto* const handle = reinterpret_cast<Handle*>(file);
      delete handle->file;
      return handle->below()->pMethods->xClose(handle->below());
    },
    /*xRead=*/
    [](sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
      return reinterpret_cast<Handle*>(file)->file->Read(data, size, offset);
    },
    /*xWrite=*/
    [](sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
      return reinterpret_cast<Handle*>(file)->file->Write(data, size, offset);
    },
    /*xTruncate=*/
    [](sqlite3_file* file, sqlite3_int64 size) {
      return reinterpret_cast<Handle*>(file)->file->Truncate(size);
    },
    /*xSync=*/
    [](sqlite3_file* file, int flags) {
      return reinterpret_cast<Handle*>(file)->file->Sync(flags);
    },
    /*xFileSize=*/
    [](sqlite3_file* file, sqlite3_int64* size) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xFileSize(below, size);
    },
    /*xLock=*/
    [](sqlite3_file* file, int lock) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xLock(below, lock);
    },
    /*xUnlock=*/
    [](sqlite3_file* file, int lock) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xUnlock(below, lock);
    },
    /*xCheckReservedLock=*/
    [](sqlite3_file* file, int* reserved) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xCheckReservedLock(below, reserved);
    },
    /*xFileControl=*/
    [](sqlite3_file* file, int operation, void* argument) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xFileControl(below, operation, argument);
    },
    /*xSectorSize=*/
    [](sqlite3_file* file) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xSectorSize(below);
    },
    /*xDeviceCharacteristics=*/
    [](sqlite3_file* file) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xDeviceCharacteristics(below);
    },
    /*xShmMap=*/
    [](sqlite3_file* file, int region, int size, int extend,
       void volatile** memory) {
      return reinterpret_cast<Handle*>(file)->file->MapShared(region, size,
                                                              extend, memory);
    },
    /*xShmLock=*/
    [](sqlite3_file* file, int offset, int count, int flags) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xShmLock(below, offset, count, flags);
    },
    /*xShmBarrier=*/
    [](sqlite3_file* file) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      below->pMethods->xShmBarrier(below);
    },
    /*xShmUnmap=*/
    [](sqlite3_file* file, int remove) {
      sqlite3_file* const below = reinterpret_cast<Handle*>(file)->below();
      return below->pMethods->xShmUnmap(below, remove);
    },
    /*xFetch=*/nullptr,
    /*xUnfetch=*/nullptr,
};

SqliteVfs::SqliteVfs(const std::string& below)
    : below_(sqlite3_vfs_find(below.empty() ? nullptr : below.c_str())),
      // No two objects are at one place.
      name_(absl::StrCat("pki-", absl::Hex(reinterpret_cast<uintptr_t>(this)))),
      vfs_(*below_) {
  // What is not set here stays as the layer below has it, which takes any of
  // the two for itself. Version 2: nobody asks for system calls.
  vfs_.iVersion = 2;
  vfs_.szOsFile = static_cast<int>(sizeof(Handle)) + below_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = &SqliteVfs::Open;
  vfs_.xDelete = [](sqlite3_vfs* vfs, const char* path, int sync_folder) {
    return Of(vfs).Delete(path, sync_folder);
  };
  vfs_.xAccess = [](sqlite3_vfs* vfs, const char* path, int flags, int* found) {
    sqlite3_vfs* const next = Of(vfs).below_;
    return next->xAccess(next, path, flags, found);
  };
  vfs_.xFullPathname = [](sqlite3_vfs* vfs, const char* path, int size,
                          char* full) {
    sqlite3_vfs* const next = Of(vfs).below_;
    return next->xFullPathname(next, path, size, full);
  };
  // No extension is ever loaded.
  vfs_.xDlOpen = nullptr;
  vfs_.xDlError = nullptr;
  vfs_.xDlSym = nullptr;
  vfs_.xDlClose = nullptr;
  vfs_.xRandomness = [](sqlite3_vfs* vfs, int size, char* data) {
    sqlite3_vfs* const next = Of(vfs).below_;
    return next->xRandomness(next, size, data);
  };
  vfs_.xSleep = [](sqlite3_vfs* vfs, int microseconds) {
    sqlite3_vfs* const next = Of(vfs).below_;
    return next->xSleep(next, microseconds);
  };
  vfs_.xCurrentTime = [](sqlite3_vfs* vfs, double* time) {
    sqlite3_vfs* const next = Of(vfs).below_;
    return next->xCurrentTime(next, time);
  };
  vfs_.xGetLastError = [](sqlite3_vfs* vfs, int size, char* text) {
    sqlite3_vfs* const next = Of(vfs).below_;
    return next->xGetLastError(next, size, text);
  };
  vfs_.xCurrentTimeInt64 = [](sqlite3_vfs* vfs, sqlite3_int64* time) {
    sqlite3_vfs* const next = Of(vfs).below_;
    return next->xCurrentTimeInt64(next, time);
  };
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

SqliteVfs::~SqliteVfs() { sqlite3_vfs_unregister(&vfs_); }

int SqliteVfs::Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                    int flags, int* out_flags) {
  SqliteVfs& self = Of(vfs);
  auto* const handle = reinterpret_cast<Handle*>(file);
  // Null: SQLite need not close what did not open.
  handle->base.pMethods = nullptr;
  int result = self.BeforeOpen(path, flags);
  if (result != SQLITE_OK) return result;
  sqlite3_file* const below = handle->below();
  result = self.below_->xOpen(self.below_, path, below, flags, out_flags);
  std::unique_ptr<File> wrapped;
  if (result == SQLITE_OK) {
    wrapped = self.Wrap(below, path, flags);
    if (wrapped == nullptr) result = SQLITE_NOMEM;
  }
  if (result != SQLITE_OK) {
    if (below->pMethods != nullptr) below->pMethods->xClose(below);
    return result;
  }
  handle->file = wrapped.release();
  handle->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int SqliteVfs::BeforeOpen(const char* /*path*/, int& /*flags*/) {
  return SQLITE_OK;
}

std::unique_ptr<SqliteVfs::File> SqliteVfs::Wrap(sqlite3_file* below,
                                                 const char* /*path*/,
                                                 int /*flags*/) {
  return std::unique_ptr<File>(new (std::nothrow) File(below));
}

int SqliteVfs::Delete(const char* path, int sync_folder) {
  return below_->xDelete(below_, path, sync_folder);
}

}  // namespace pki
