// What a bar draws.
#include "capi/cli/progress_bar.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace pkictl {
namespace {

std::string Line(const char* percent, int filled) {
  const auto columns = static_cast<size_t>(filled);
  return "\rcopy  [" + std::string(columns, '#') +
         std::string(40 - columns, ' ') + "] " + percent;
}

// What is drawn for one call, the end of the line left out.
std::string Drawn(uint64_t done, uint64_t total) {
  std::ostringstream out;
  ProgressBar bar("copy", &out);
  bar.Show(done, total);
  return out.str();
}

TEST(ProgressBarTest, ShowsThePart) {
  EXPECT_EQ(Drawn(0, 7), Line("  0%", 0));
  EXPECT_EQ(Drawn(1, 2), Line(" 50%", 20));
  EXPECT_EQ(Drawn(999, 1000), Line(" 99%", 39));
  EXPECT_EQ(Drawn(7, 7), Line("100%", 40));
}

TEST(ProgressBarTest, BearsAnyNumbers) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(Drawn(0, 0), Line("100%", 40));
  EXPECT_EQ(Drawn(8, 7), Line("100%", 40));
  EXPECT_EQ(Drawn(kMost / 2, kMost), Line(" 50%", 20));
  EXPECT_EQ(Drawn(kMost, 1), Line("100%", 40));
}

TEST(ProgressBarTest, DrawsOnlyWhatChanges) {
  std::ostringstream out;
  {
    ProgressBar bar("copy", &out);
    for (uint64_t done = 0; done <= 100000; ++done) bar.Show(done, 100000);
  }
  const std::string drawn = out.str();
  // 0 to 100, and an end of the line.
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\r'), 101);
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\n'), 1);
  EXPECT_EQ(drawn.back(), '\n');
}

TEST(ProgressBarTest, LeavesNoTraceOfWhatNeverBegan) {
  std::ostringstream out;
  { const ProgressBar bar("copy", &out); }
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace pkictl
