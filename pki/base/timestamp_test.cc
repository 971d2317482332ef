// Times there and back.
#include "pki/base/timestamp.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(TimestampTest, GoesThereAndBack) {
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::FromUnixMillis(1772366400123),
        absl::FromUnixMillis(-1), absl::FromUnixMillis(-631152000000),
        absl::FromUnixSeconds(253402300799)}) {
    const auto timestamp = ToTimestamp(time);
    EXPECT_EQ(FromTimestamp(timestamp), time);
    // As protobuf wants it, before 1970 too.
    EXPECT_GE(timestamp.nanos(), 0);
    EXPECT_LT(timestamp.nanos(), 1000000000);
  }
}

}  // namespace
}  // namespace pki
