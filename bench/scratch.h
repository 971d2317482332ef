// A place for stores on a disk.
#ifndef BENCH_SCRATCH_H_
#define BENCH_SCRATCH_H_

#include <string>

namespace pki {

// A new directory in TMPDIR, or where that is memory in disguise, in the
// working directory; deleted with all that is in it.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::string PathOf(const std::string& file) const;

 private:
  std::string path_;
};

}  // namespace pki

#endif  // BENCH_SCRATCH_H_
