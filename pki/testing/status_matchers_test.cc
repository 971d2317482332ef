// Tests that the matchers tell refusals apart.
#include "pki/testing/status_matchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/base/status.h"

namespace pki {
namespace {

using ::testing::Not;

TEST(StatusMatchersTest, IsOkOnStatusAndStatusOr) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(absl::StatusOr<int>(1), IsOk());
  EXPECT_THAT(absl::InternalError("x"), Not(IsOk()));
}

TEST(StatusMatchersTest, IsRefusalLooksAtReasonAndField) {
  const absl::Status status =
      Refuse(v1::REASON_CA_NOT_FOUND, "Request.Arn", "no such CA");
  EXPECT_THAT(status, IsRefusal(v1::REASON_CA_NOT_FOUND));
  EXPECT_THAT(status, IsRefusal(v1::REASON_CA_NOT_FOUND, "Request.Arn"));
  EXPECT_THAT(status, Not(IsRefusal(v1::REASON_CA_NOT_FOUND, "Request")));
  EXPECT_THAT(status, Not(IsRefusal(v1::REASON_ARN_MALFORMED)));
  EXPECT_THAT(absl::StatusOr<int>(status),
              IsRefusal(v1::REASON_CA_NOT_FOUND, "Request.Arn"));
}

TEST(StatusMatchersTest, OtherStatusesAreNoRefusals) {
  EXPECT_THAT(absl::OkStatus(), Not(IsRefusal(v1::REASON_UNSPECIFIED)));
  EXPECT_THAT(Refuse(v1::REASON_CA_NOT_FOUND, "", ""),
              Not(IsRefusal(v1::REASON_CA_NOT_FOUND)))
      << "a refusal without a message";
}

}  // namespace
}  // namespace pki
