// Policies: put, got, deleted.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

constexpr char kField[] = "Request.ResourceArn";

class PoliciesTest : public testing::Test {
 protected:
  PoliciesTest()
      : root_(harness_.CreateRoot("Root").value()),
        policy_(PolicyForPrincipal(root_, "777788889999")) {}

  absl::Status Put(const std::string& arn, const std::string& policy) {
    v1::PutPolicyRequest request;
    request.set_resource_arn(arn);
    request.set_policy(policy);
    return harness_.Call<v1::PutPolicyResponse>(request).status();
  }
  absl::StatusOr<std::string> Get(const std::string& arn) {
    v1::GetPolicyRequest request;
    request.set_resource_arn(arn);
    const auto response = harness_.Call<v1::GetPolicyResponse>(request);
    if (!response.ok()) return response.status();
    return response->policy();
  }
  absl::Status Delete(const std::string& arn) {
    v1::DeletePolicyRequest request;
    request.set_resource_arn(arn);
    return harness_.Call<v1::DeletePolicyResponse>(request).status();
  }

  EngineHarness harness_;
  const std::string root_;
  const std::string policy_;
};

TEST_F(PoliciesTest, AreKeptAsTheyWerePut) {
  ASSERT_THAT(Put(root_, policy_), IsOk());
  EXPECT_EQ(Get(root_).value(), policy_);
  const std::string next =
      PolicyForOrganization(root_, "o-a1b2c3d4z5", "000000000000");
  ASSERT_THAT(Put(root_, next), IsOk());
  EXPECT_EQ(Get(root_).value(), next);
}

TEST_F(PoliciesTest, GoWhenTheyAreDeleted) {
  EXPECT_THAT(Get(root_), IsRefusal(v1::REASON_POLICY_NOT_FOUND, kField));
  EXPECT_THAT(Delete(root_), IsOk());
  ASSERT_THAT(Put(root_, policy_), IsOk());
  EXPECT_THAT(Delete(root_), IsOk());
  EXPECT_THAT(Get(root_), IsRefusal(v1::REASON_POLICY_NOT_FOUND, kField));
}

TEST_F(PoliciesTest, HaveTheForm) {
  EXPECT_THAT(Put(root_, "{"),
              IsRefusal(v1::REASON_POLICY_JSON, "Request.Policy"));
  const std::string sub = harness_.CreateSubordinate(root_, "Sub").value();
  EXPECT_THAT(Put(sub, policy_),
              IsRefusal(v1::REASON_POLICY_RESOURCE,
                        "Request.Policy.Statement[0].Resource"));
  EXPECT_THAT(Put(root_, std::string(81920, ' ')),
              IsRefusal(v1::REASON_POLICY_JSON, "Request.Policy"));
  EXPECT_THAT(Put(root_, std::string(81921, ' ')),
              IsRefusal(v1::REASON_FIELD_TOO_LONG, "Request.Policy"));
}

TEST_F(PoliciesTest, AreOfACaThatLives) {
  const std::string unknown =
      root_.substr(0, root_.size() - 12) + "000000000000";
  for (const auto& [arn, reason] :
       {std::pair{unknown, v1::REASON_CA_NOT_FOUND},
        std::pair{std::string("arn:aws:acm-pca:us-east-1:000000000000:thing"),
                  v1::REASON_ARN_MALFORMED}}) {
    EXPECT_THAT(Put(arn, PolicyForPrincipal(arn, "777788889999")),
                IsRefusal(reason, kField));
    EXPECT_THAT(Get(arn), IsRefusal(reason, kField));
    EXPECT_THAT(Delete(arn), IsRefusal(reason, kField));
  }
  ASSERT_THAT(Put(root_, policy_), IsOk());
  harness_.ChangeCa(root_, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
    record.mutable_restorable_until()->set_seconds(
        absl::ToUnixSeconds(HarnessTime()) + 1);
  });
  EXPECT_THAT(Put(root_, policy_), IsRefusal(v1::REASON_STATE_MANAGE, kField));
  EXPECT_THAT(Get(root_), IsRefusal(v1::REASON_STATE_MANAGE, kField));
  EXPECT_THAT(Delete(root_), IsRefusal(v1::REASON_STATE_MANAGE, kField));
}

TEST_F(PoliciesTest, ALostRaceIsDecidedAgain) {
  harness_.store().LoseRaces(1);
  EXPECT_THAT(Put(root_, policy_), IsOk());
  harness_.store().LoseRaces(1);
  EXPECT_THAT(Delete(root_), IsOk());
  harness_.store().LoseRaces(100);
  EXPECT_THAT(Put(root_, policy_), IsRefusal(v1::REASON_LOST_RACE, kField));
}

}  // namespace
}  // namespace pki
