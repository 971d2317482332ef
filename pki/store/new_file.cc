// Temporary names, fsync and link(2).
#include "pki/store/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr mode_t kOwnerOnly = 0600;

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Makes a file or the names in a folder durable.
absl::Status Sync(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError(path, "opened");
  const bool synced = fsync(file) == 0;
  const int error = errno;
  close(file);
  errno = error;
  return synced ? absl::OkStatus() : FileError(path, "made durable");
}

}  // namespace

absl::Status FileError(const std::string& path, const std::string& doing) {
  const int error = errno;
  return Refuse(
      error == ENOSPC || error == EDQUOT ? v1::REASON_STORE_FULL
                                         : v1::REASON_STORE_FAILED,
      "",
      absl::StrCat("The file ", Quote(path), " could not be ", doing, ": ",
                   std::generic_category().message(error), "."));
}

NewFile::NewFile(std::string path, std::string temporary_path)
    : path_(std::move(path)), temporary_path_(std::move(temporary_path)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::exchange(other.temporary_path_, "")) {}

NewFile::~NewFile() {
  if (!temporary_path_.empty()) unlink(temporary_path_.c_str());
}

absl::StatusOr<NewFile> NewFile::Create(const std::string& path) {
  if (path.find('\0') != std::string::npos) {
    errno = EINVAL;
    return FileError(path, "created");
  }
  std::string temporary_path = path + ".new-XXXXXX";
  const int file = mkostemp(temporary_path.data(), O_CLOEXEC);
  if (file < 0) return FileError(path, "created");
  NewFile created(path, std::move(temporary_path));
  const bool changed = fchmod(file, kOwnerOnly) == 0;
  const int error = errno;
  close(file);
  errno = error;
  if (!changed) return FileError(path, "kept for its owner alone");
  return created;
}

absl::StatusOr<bool> NewFile::Publish() {
  PKI_RETURN_IF_ERROR(Sync(temporary_path_));
  if (link(temporary_path_.c_str(), path_.c_str()) != 0) {
    if (errno == EEXIST) return false;
    return FileError(path_, "created");
  }
  PKI_RETURN_IF_ERROR(Sync(FolderOf(path_)));
  return true;
}

}  // namespace pki
