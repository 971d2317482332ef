// What is compared of measurements on a machine that has other work too.
#ifndef BENCH_QUARTILE_H_
#define BENCH_QUARTILE_H_

#include <algorithm>
#include <vector>

namespace pki {

// The lower quartile: whatever disturbs a measurement makes it longer.
inline double LowerQuartile(std::vector<double> seconds) {
  const auto quartile = seconds.begin() + seconds.size() / 4;
  std::nth_element(seconds.begin(), quartile, seconds.end());
  return *quartile;
}

}  // namespace pki

#endif  // BENCH_QUARTILE_H_
