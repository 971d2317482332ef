// A layer between SQLite and the operating system, as a class: what derived
// classes do not change goes on to the layer below.
#ifndef PKI_STORE_SQLITE_VFS_H_
#define PKI_STORE_SQLITE_VFS_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

namespace pki {

// Known to SQLite by its name for as long as the object lives, which is longer
// than every connection over it. The functions answer SQLITE_OK or another of
// SQLite's results, as https://www.sqlite.org/c3ref/io_methods.html has them;
// they are called from any thread, and let no exception out.
class SqliteVfs {
 public:
  // Over the layer of that name; over SQLite's own choice when it is empty.
  explicit SqliteVfs(const std::string& below);
  SqliteVfs(const SqliteVfs&) = delete;
  SqliteVfs& operator=(const SqliteVfs&) = delete;
  virtual ~SqliteVfs();

  const std::string& name() const { return name_; }

  // An open file.
  class File {
   public:
    explicit File(sqlite3_file* below) : below_(below) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;

    virtual int Read(void* data, int size, int64_t offset);
    virtual int Write(const void* data, int size, int64_t offset);
    virtual int Truncate(int64_t size);
    virtual int Sync(int flags);
    virtual int MapShared(int region, int size, int extend,
                          void volatile** memory);

    sqlite3_file* below() const { return below_; }

   private:
    sqlite3_file* const below_;
  };

 protected:
  // `flags` are SQLITE_OPEN_*, and may be changed; `path` is null for a
  // temporary file.
  virtual int BeforeOpen(const char* path, int& flags);
  // Null when there is no memory. `below` outlives the result.
  virtual std::unique_ptr<File> Wrap(sqlite3_file* below, const char* path,
                                     int flags);
  virtual int Delete(const char* path, int sync_folder);

  sqlite3_vfs* below() const { return below_; }

 private:
  struct Handle;
  static const sqlite3_io_methods kMethods;
  static int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                  int flags, int* out_flags);

  sqlite3_vfs* const below_;
  const std::string name_;
  sqlite3_vfs vfs_;
};

}  // namespace pki

#endif  // PKI_STORE_SQLITE_VFS_H_
