// openat(2) down from the folder, so that no name leads anywhere else; then a
// temporary name, fsync and rename(2). Who holds the lock on a temporary file
// writes it: one that nobody holds was left by a crash, and is taken over.
#include "capi/object_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "capi/descriptor.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/object/object_reader.h"

namespace pki {
namespace {

// How many bytes are read and written at a time.
constexpr size_t kPart = 1 << 20;
// The umask says who may read them.
constexpr mode_t kFileMode = 0666;
constexpr mode_t kFolderMode = 0777;

absl::Status Failed(const ObjectName& name, absl::string_view what) {
  return Refuse(v1::REASON_OBJECT_DIRECTORY, "",
                absl::StrCat("The copy of ", Quote(name.key), " in the bucket ",
                             Quote(name.bucket), " ", what, "."));
}

// The same, with what `errno` means.
absl::Status SystemFailed(const ObjectName& name, absl::string_view doing) {
  return Failed(name, absl::StrCat("could not be ", doing, ": ",
                                   std::generic_category().message(errno)));
}

// The folders below the first one, and the file, by name.
absl::StatusOr<std::vector<std::string>> PathOf(const ObjectName& name) {
  std::vector<std::string> path =
      absl::StrSplit(absl::StrCat(name.bucket, "/", name.key), '/');
  for (const std::string& part : path) {
    if (part.empty() || part == "." || part == ".." ||
        part.find('\0') != std::string::npos) {
      return Failed(name, "has no name that a file can have");
    }
  }
  return path;
}

// A file under a temporary name, which it loses with the object.
class TemporaryFile {
 public:
  TemporaryFile(const Descriptor& folder, std::string name)
      : folder_(folder),
        name_(std::move(name)),
        file_(openat(folder.get(), name_.c_str(),
                     O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kFileMode)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!is_mine_ || is_published_) return;
    unlinkat(folder_.get(), name_.c_str(), 0);
  }

  bool is_open() const { return file_.is_open(); }

  // Makes it this one's alone, and empty; EWOULDBLOCK when it is another's.
  bool Take() {
    struct stat opened;
    struct stat named;
    if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0 ||
        fstat(file_.get(), &opened) != 0) {
      return false;
    }
    // Whoever held it may have given it its name since it was opened.
    if (fstatat(folder_.get(), name_.c_str(), &named, AT_SYMLINK_NOFOLLOW) !=
            0 ||
        opened.st_ino != named.st_ino) {
      errno = EWOULDBLOCK;
      return false;
    }
    is_mine_ = true;
    return ftruncate(file_.get(), 0) == 0;
  }

  bool Write(absl::string_view bytes) { return file_.Write(bytes); }

  // Gives it this name, in place of what has it.
  bool Publish(const std::string& name) {
    is_published_ =
        fsync(file_.get()) == 0 && renameat(folder_.get(), name_.c_str(),
                                            folder_.get(), name.c_str()) == 0;
    return is_published_ && fsync(folder_.get()) == 0;
  }

 private:
  const Descriptor& folder_;
  const std::string name_;
  const Descriptor file_;
  bool is_mine_ = false;
  bool is_published_ = false;
};

class ObjectDirectory : public ObjectSink {
 public:
  explicit ObjectDirectory(Descriptor folder) : folder_(std::move(folder)) {}

  absl::Status Put(const ObjectReader& object) override {
    const ObjectName& name = object.name();
    PKI_ASSIGN_OR_RETURN(std::vector<std::string> path, PathOf(name));
    const std::string file = std::move(path.back());
    path.pop_back();
    Descriptor folder(fcntl(folder_.get(), F_DUPFD_CLOEXEC, 0));
    for (const std::string& part : path) {
      folder = Enter(folder, part);
      if (!folder.is_open()) return SystemFailed(name, "given a folder");
    }
    return Write(object, folder, file);
  }

 private:
  // Makes the folder when it is not there.
  static Descriptor Enter(const Descriptor& folder, const std::string& name) {
    if (mkdirat(folder.get(), name.c_str(), kFolderMode) == 0 &&
        fsync(folder.get()) != 0) {
      return Descriptor(-1);
    }
    return Descriptor(openat(folder.get(), name.c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }

  static absl::Status Write(const ObjectReader& object,
                            const Descriptor& folder, const std::string& file) {
    const ObjectName& name = object.name();
    // Others may be writing the same object.
    for (int i = 0;; ++i) {
      TemporaryFile copy(folder, absl::StrCat(".", file, ".", i));
      if (!copy.is_open()) return SystemFailed(name, "created");
      if (!copy.Take()) {
        if (errno == EWOULDBLOCK) continue;
        return SystemFailed(name, "locked");
      }
      for (uint64_t offset = 0; offset < object.record().size();) {
        PKI_ASSIGN_OR_RETURN(const Bytes part, object.Read(offset, kPart));
        if (!copy.Write(part)) return SystemFailed(name, "written");
        offset += part.size();
      }
      if (!copy.Publish(file)) return SystemFailed(name, "made durable");
      return absl::OkStatus();
    }
  }

  const Descriptor folder_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<ObjectSink>> ObjectDirectoryAt(
    const std::string& path) {
  Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) {
    return Refuse(v1::REASON_CONFIGURATION_OBJECT_DIRECTORY,
                  "Configuration.ObjectDirectory",
                  absl::StrCat(Quote(path), " cannot be opened as a folder: ",
                               std::generic_category().message(errno), "."));
  }
  return std::make_shared<ObjectDirectory>(std::move(folder));
}

}  // namespace pki
