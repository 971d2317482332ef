#include <gmock/gmock.h>

#include <string>

#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "proto/engine_operations.pb.h"

namespace pki {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(DescribeOperationsTest, ListsWhatItDescribesAndCalls) {
  EngineHarness harness;
  const auto listed =
      harness.Call<v1::ListOperationsResponse>(v1::ListOperationsRequest());
  ASSERT_THAT(listed, IsOk());
  EXPECT_THAT(listed->operations(), Contains("IssueCertificate"));
  EXPECT_THAT(listed->operations(), Contains("ListOperations"));
  EXPECT_THAT(listed->engine_operations(), Contains("ListOperations"));
  EXPECT_THAT(listed->engine_operations(), Not(Contains("IssueCertificate")));
  for (const std::string& name : listed->operations()) {
    const auto types = TypesOf(name);
    ASSERT_THAT(types, IsOk());
    v1::DescribeOperationRequest request;
    request.set_operation(name);
    const auto description =
        harness.Call<v1::DescribeOperationResponse>(request);
    ASSERT_THAT(description, IsOk());
    EXPECT_EQ(description->request(), types->request->GetDescriptor()->name());
    EXPECT_EQ(description->response(),
              types->response->GetDescriptor()->name());
  }
}

TEST(DescribeOperationsTest, RefusesWhatIsNoOperation) {
  EngineHarness harness;
  v1::DescribeOperationRequest request;
  request.set_operation("issue-certificate");
  EXPECT_THAT(harness.Call<v1::DescribeOperationResponse>(request).status(),
              IsRefusal(v1::REASON_OPERATION_UNKNOWN, "Request.Operation"));
}

}  // namespace
}  // namespace pki
