// Reading whole files, and writing them so that whoever reads sees the old one
// or the new one: a temporary file beside it, fsync and rename(2).
#include "capi/cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "capi/descriptor.h"

namespace pkictl {
namespace {

using pki::Descriptor;

// Before the umask.
constexpr mode_t kMode = 0666;
constexpr mode_t kPermissions = 07777;

// What a new file may be read and written by. pkictl has one thread here.
mode_t ModeOfNewFiles() {
  const mode_t mask = umask(0);
  umask(mask);
  return kMode & ~mask;
}

// False, with errno, when it failed: then `path` is what it was, unless the
// folder alone could not be written.
bool Replace(const std::string& path, mode_t mode, absl::string_view bytes) {
  std::string temporary = absl::StrCat(path, ".XXXXXX");
  const Descriptor file(mkostemp(&temporary[0], O_CLOEXEC));
  if (!file.is_open()) return false;
  if (!file.Write(bytes) || fchmod(file.get(), mode) != 0 ||
      fsync(file.get()) != 0 || rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    errno = error;
    return false;
  }
  const auto parent = std::filesystem::path(path).parent_path();
  const Descriptor folder(open(parent.empty() ? "." : parent.c_str(),
                               O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.is_open() && fsync(folder.get()) == 0;
}

// Of a device or a pipe there is no other to put in its place.
bool WriteInto(const std::string& path, absl::string_view bytes) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.is_open() && file.Write(bytes);
}

bool Write(const std::string& path, absl::string_view bytes) {
  struct stat old;
  if (stat(path.c_str(), &old) != 0) {
    return Replace(path, ModeOfNewFiles(), bytes);
  }
  if (!S_ISREG(old.st_mode)) return WriteInto(path, bytes);
  // The file that a link leads to, not the link.
  std::error_code failure;
  const auto file = std::filesystem::canonical(path, failure);
  errno = failure.value();
  return !failure && Replace(file, old.st_mode & kPermissions, bytes);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ostringstream bytes;
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (in.peek() != std::istream::traits_type::eof()) bytes << in.rdbuf();
  if (in.bad() || (path != "-" && !file.is_open())) {
    return absl::NotFoundError(
        absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  }
  return bytes.str();
}

absl::Status WriteFile(const std::string& path, const std::string& bytes) {
  if (Write(path, bytes)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

}  // namespace pkictl
