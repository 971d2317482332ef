// The choice of a directory, and its end.
#include "bench/scratch.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <sys/vfs.h>

#include <filesystem>
#include <system_error>

#include "bench/check.h"

namespace pki {
namespace {

// Where an fsync costs nothing.
bool IsInMemory(const char* directory) {
  struct statfs found;
  return statfs(directory, &found) == 0 &&
         (found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC);
}

std::string Parent() {
  const char* const temporary = getenv("TMPDIR");
  if (temporary != nullptr && !IsInMemory(temporary)) return temporary;
  Check(!IsInMemory("."),
        "neither TMPDIR nor the working directory is on a disk");
  return ".";
}

}  // namespace

ScratchDirectory::ScratchDirectory() : path_(Parent() + "/pki-bench-XXXXXX") {
  Check(mkdtemp(&path_[0]) != nullptr, "making a scratch directory");
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ScratchDirectory::PathOf(const std::string& file) const {
  return path_ + "/" + file;
}

}  // namespace pki
