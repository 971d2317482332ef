// Path lengths and depths, on and beside each boundary.
#include "pki/policy/path_length.h"

#include <vector>

#include "gtest/gtest.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr PathLength kAny = std::nullopt;
constexpr uint32_t kMax = 0xffffffff;

TEST(PathLengthTest, Table) {
  const struct {
    PathLength requested;
    std::vector<PathLength> issuers;  // the issuing CA first
    v1::Reason reason;                // unspecified: allowed
  } cases[] = {
      {0, {kAny}, v1::REASON_UNSPECIFIED},
      {3, {kAny}, v1::REASON_UNSPECIFIED},
      {kMax, {kAny}, v1::REASON_UNSPECIFIED},
      {kAny, {kAny}, v1::REASON_UNSPECIFIED},
      {kAny, {kAny, kAny}, v1::REASON_UNSPECIFIED},
      // One less than the issuer's, no more.
      {0, {1}, v1::REASON_UNSPECIFIED},
      {1, {1}, v1::REASON_PATH_LENGTH},
      {2, {1}, v1::REASON_PATH_LENGTH},
      {2, {3}, v1::REASON_UNSPECIFIED},
      {3, {3}, v1::REASON_PATH_LENGTH},
      {kMax - 1, {kMax}, v1::REASON_UNSPECIFIED},
      {kMax, {kMax}, v1::REASON_PATH_LENGTH},
      // No limit is more than any limit.
      {kAny, {3}, v1::REASON_PATH_LENGTH},
      {kAny, {kAny, 3}, v1::REASON_PATH_LENGTH},
      // A path length of 0 is for no CA at all.
      {0, {0}, v1::REASON_PATH_LENGTH},
      {kAny, {0}, v1::REASON_PATH_LENGTH},
      // Those further up count the CAs in between.
      {0, {1, 2}, v1::REASON_UNSPECIFIED},
      {0, {1, 1}, v1::REASON_PATH_LENGTH},
      {0, {kAny, 2}, v1::REASON_UNSPECIFIED},
      {1, {kAny, 2}, v1::REASON_PATH_LENGTH},
      {kMax, {kAny, kMax}, v1::REASON_PATH_LENGTH},
      {0, {1, 2, 3, kAny}, v1::REASON_UNSPECIFIED},
      // Five levels, whatever the path lengths say.
      {0, {kAny, kAny, kAny, kAny}, v1::REASON_UNSPECIFIED},
      {0, {kAny, kAny, kAny, kAny, kAny}, v1::REASON_HIERARCHY_DEPTH},
      {0, {9, 9, 9, 9, 9}, v1::REASON_HIERARCHY_DEPTH},
  };
  for (const auto& one : cases) {
    const v1::ErrorDetail detail =
        DetailOf(CheckPathLength(one.requested, one.issuers));
    SCOPED_TRACE(&one - cases);
    EXPECT_EQ(detail.reason(), one.reason);
    if (one.reason == v1::REASON_UNSPECIFIED) continue;
    EXPECT_EQ(detail.code(), v1::VALIDATION_EXCEPTION);
    EXPECT_EQ(detail.field(), "Request.TemplateArn");
  }
}

}  // namespace
}  // namespace pki
