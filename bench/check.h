// What a measurement does about a failure: it ends.
#ifndef BENCH_CHECK_H_
#define BENCH_CHECK_H_

#include <cstdio>
#include <cstdlib>

#include "absl/status/status.h"

namespace pki {

inline void Check(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "bench: failed: %s\n", what);
  std::exit(1);
}

inline void Check(const absl::Status& status) {
  Check(status.ok(), status.ToString().c_str());
}

}  // namespace pki

#endif  // BENCH_CHECK_H_
