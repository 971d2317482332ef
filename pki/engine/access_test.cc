// Two accounts, an organization and a service on one engine: who may call what.
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/access/principal.h"
#include "pki/engine/arn.h"
#include "pki/engine/engine.h"
#include "pki/engine/records.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

constexpr char kOwner[] = "000000000000";
constexpr char kGuest[] = "777788889999";

class AccessTest : public testing::Test {
 protected:
  AccessTest()
      : root_(harness_.CreateRoot("Root").value()),
        issue_(harness_.IssueRequest(root_,
                                     View(TestCsr(FixedKey(7), "device")))) {}

  void Share(const std::string& policy) {
    v1::PutPolicyRequest request;
    request.set_resource_arn(root_);
    request.set_policy(policy);
    ASSERT_THAT(harness_.Call<v1::PutPolicyResponse>(request), IsOk());
  }
  absl::Status DescribeAs(const Caller& caller) {
    v1::DescribeCertificateAuthorityRequest request;
    request.set_certificate_authority_arn(root_);
    return harness_
        .CallAs<v1::DescribeCertificateAuthorityResponse>(caller, request)
        .status();
  }
  absl::StatusOr<v1::IssueCertificateResponse> IssueAs(const Caller& caller) {
    return harness_.CallAs<v1::IssueCertificateResponse>(caller, issue_);
  }

  EngineHarness harness_;
  const std::string root_;
  v1::IssueCertificateRequest issue_;
  const Caller guest_{kGuest, "", ""};
};

TEST_F(AccessTest, AnAccountOwnsWhatItCreates) {
  const auto created = harness_.CallAs<v1::CreateCertificateAuthorityResponse>(
      guest_, EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT,
                                           "Guest"));
  ASSERT_THAT(created, IsOk());
  v1::DescribeCertificateAuthorityRequest describe;
  describe.set_certificate_authority_arn(created->certificate_authority_arn());
  const auto shown = harness_.CallAs<v1::DescribeCertificateAuthorityResponse>(
      guest_, describe);
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->certificate_authority().owner_account(), kGuest);
  // The engine's own account is a stranger there.
  EXPECT_THAT(harness_.Call<v1::DescribeCertificateAuthorityResponse>(describe),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Policy"));
}

TEST_F(AccessTest, TokensAreOfAnAccount) {
  auto request = EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "One token");
  request.set_idempotency_token("token");
  using Response = v1::CreateCertificateAuthorityResponse;
  const auto own = harness_.Call<Response>(request);
  const auto other = harness_.CallAs<Response>(guest_, request);
  ASSERT_THAT(own, IsOk());
  ASSERT_THAT(other, IsOk());
  EXPECT_NE(own->certificate_authority_arn(),
            other->certificate_authority_arn());

  Share(PolicyForPrincipal(root_, kGuest));
  issue_.set_idempotency_token("token");
  const auto by_guest = IssueAs(guest_);
  const auto by_owner = IssueAs({});
  ASSERT_THAT(by_guest, IsOk());
  ASSERT_THAT(by_owner, IsOk());
  EXPECT_NE(by_guest->certificate_arn(), by_owner->certificate_arn());
  EXPECT_EQ(IssueAs(guest_)->certificate_arn(), by_guest->certificate_arn());
}

TEST_F(AccessTest, AGuestMayWhatThePolicySays) {
  EXPECT_THAT(DescribeAs(guest_),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Policy"));
  Share(PolicyForPrincipal(root_, kGuest));
  EXPECT_THAT(DescribeAs(guest_), IsOk());
  EXPECT_THAT(IssueAs(guest_), IsOk());
  issue_.set_template_arn(TemplateArnOf("EndEntityCertificate"));
  EXPECT_THAT(IssueAs(guest_), IsOk());
  issue_.set_template_arn(TemplateArnOf("CodeSigningCertificate"));
  EXPECT_THAT(IssueAs(guest_),
              IsRefusal(v1::REASON_ACCESS_DENIED,
                        "Policy.Statement[1].Condition.StringEquals."
                        "acm-pca:TemplateArn"));
  EXPECT_THAT(IssueAs({}), IsOk());
  EXPECT_THAT(
      DescribeAs({"222233334444", "", ""}),
      IsRefusal(v1::REASON_ACCESS_DENIED, "Policy.Statement[0].Principal"));

  v1::GetPolicyRequest get_policy;
  get_policy.set_resource_arn(root_);
  EXPECT_THAT(
      harness_.CallAs<v1::GetPolicyResponse>(guest_, get_policy),
      IsRefusal(v1::REASON_ACCESS_DENIED, "Policy.Statement[0].Action"));
}

TEST_F(AccessTest, ExplainingIsForWhoeverMayIssue) {
  Share(PolicyForPrincipal(root_, kGuest));
  const auto explain = [this](absl::string_view name) {
    issue_.set_template_arn(TemplateArnOf(name));
    v1::ExplainIssuanceResponse response;
    return harness_.engine().CallAs(guest_, "ExplainIssuance", issue_,
                                    &response);
  };
  EXPECT_THAT(explain("EndEntityCertificate"), IsOk());
  EXPECT_THAT(explain("CodeSigningCertificate"),
              IsRefusal(v1::REASON_ACCESS_DENIED));
}

TEST_F(AccessTest, EachRequestOfABatchIsAskedFor) {
  Share(PolicyForPrincipal(root_, kGuest));
  v1::IssueCertificatesRequest batch;
  *batch.add_requests() = issue_;
  *batch.add_requests() = issue_;
  batch.mutable_requests(1)->set_template_arn(
      TemplateArnOf("CodeSigningCertificate"));
  const auto issued =
      harness_.CallAs<v1::IssueCertificatesResponse>(guest_, batch);
  ASSERT_THAT(issued, IsOk());
  EXPECT_TRUE(issued->results(0).has_certificate_arn());
  EXPECT_EQ(issued->results(1).refusal().code(), "AccessDeniedException");

  batch.set_mode(v1::BATCH_MODE_ALL_OR_NOTHING);
  EXPECT_THAT(harness_.CallAs<v1::IssueCertificatesResponse>(guest_, batch),
              IsRefusal(v1::REASON_ACCESS_DENIED));
}

TEST_F(AccessTest, AnOrganizationSharesACa) {
  Share(PolicyForOrganization(root_, "o-a1b2c3d4z5", kOwner));
  EXPECT_THAT(IssueAs({kGuest, "", "o-a1b2c3d4z5"}), IsOk());
  EXPECT_THAT(IssueAs({kGuest, "", "o-other12345"}),
              IsRefusal(v1::REASON_ACCESS_DENIED,
                        "Policy.Statement[0].Condition.StringEquals."
                        "aws:PrincipalOrgID"));
}

TEST_F(AccessTest, AServiceNeedsAPermission) {
  const Caller acm{kOwner, "acm.amazonaws.com", ""};
  EXPECT_THAT(IssueAs(acm), IsRefusal(v1::REASON_ACCESS_DENIED, "Permission"));
  v1::CreatePermissionRequest permission;
  permission.set_certificate_authority_arn(root_);
  permission.set_principal("acm.amazonaws.com");
  permission.add_actions(v1::ACTION_TYPE_ISSUE_CERTIFICATE);
  ASSERT_THAT(harness_.Call<v1::CreatePermissionResponse>(permission), IsOk());
  EXPECT_THAT(IssueAs(acm), IsOk());
  EXPECT_THAT(DescribeAs(acm),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Permission.Actions"));
  EXPECT_THAT(IssueAs({kGuest, "acm.amazonaws.com", ""}),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Permission"));
  EXPECT_THAT(harness_.CallAs<v1::ListCertificateAuthoritiesResponse>(
                  acm, v1::ListCertificateAuthoritiesRequest()),
              IsRefusal(v1::REASON_ACCESS_DENIED, "Permission"));
}

TEST_F(AccessTest, TheStoreIsTheHosts) {
  EXPECT_THAT(harness_.CallAs<v1::DescribeStoreResponse>(
                  guest_, v1::DescribeStoreRequest()),
              IsRefusal(v1::REASON_ACCESS_HOST_ONLY, ""));
  // The store in memory has nothing to describe; the owner may ask.
  EXPECT_THAT(
      harness_.Call<v1::DescribeStoreResponse>(v1::DescribeStoreRequest()),
      IsRefusal(v1::REASON_MAINTENANCE_UNSUPPORTED));
}

TEST_F(AccessTest, WhatIsNotThereIsNotDenied) {
  v1::DescribeCertificateAuthorityRequest request;
  request.set_certificate_authority_arn(root_.substr(0, root_.size() - 12) +
                                        "000000000000");
  using Response = v1::DescribeCertificateAuthorityResponse;
  EXPECT_THAT(harness_.CallAs<Response>(guest_, request),
              IsRefusal(v1::REASON_CA_NOT_FOUND));
  request.set_certificate_authority_arn("arn:aws:acm-pca:us-east-1::thing");
  EXPECT_THAT(harness_.CallAs<Response>(guest_, request),
              IsRefusal(v1::REASON_ARN_MALFORMED));
}

TEST_F(AccessTest, ACallerIsSomebody) {
  EXPECT_THAT(DescribeAs({"me", "", ""}),
              IsRefusal(v1::REASON_CALLER_ACCOUNT, "Caller.Account"));
  EXPECT_THAT(DescribeAs({kOwner, "arn:aws:iam::777788889999:root", ""}),
              IsRefusal(v1::REASON_CALLER_PRINCIPAL, "Caller.Principal"));
  EXPECT_THAT(DescribeAs({"", "", "ours"}),
              IsRefusal(v1::REASON_CALLER_ORGANIZATION, "Caller.Organization"));
  EXPECT_THAT(
      DescribeAs({"", "arn:aws:iam::000000000000:user/ada", "o-ours123456"}),
      IsOk());
}

TEST_F(AccessTest, ADamagedPolicyAllowsNothing) {
  v1::PolicyRecord record;
  record.set_format(kRecordFormat);
  record.set_policy("{}");
  WriteBatch batch;
  batch.puts.emplace_back(PolicyKey(root_.substr(root_.size() - 36)),
                          record.SerializeAsString());
  ASSERT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
  EXPECT_THAT(DescribeAs(guest_), IsRefusal(v1::REASON_RECORD_DAMAGED));
  EXPECT_THAT(DescribeAs({}), IsOk());
}

TEST_F(AccessTest, WhatIsNoLongerSharedTakesNoEffect) {
  Share(PolicyForPrincipal(root_, kGuest));
  Ports ports = harness_.ports();
  const auto interrupted = std::make_shared<InterruptedStore>(ports.store);
  ports.store = interrupted;
  const auto engine = Engine::New({}, ports).value();
  v1::IssueCertificateResponse response;
  const auto issue = [&](std::function<void()> event) {
    interrupted->before_commit = std::move(event);
    return engine->CallAs(guest_, "IssueCertificate", issue_, &response);
  };
  EXPECT_THAT(issue(nullptr), IsOk());
  const size_t stored = harness_.Stored().size();
  const auto unshare = [this] {
    v1::DeletePolicyRequest request;
    request.set_resource_arn(root_);
    ASSERT_THAT(harness_.Call<v1::DeletePolicyResponse>(request), IsOk());
  };
  EXPECT_THAT(issue(unshare), IsRefusal(v1::REASON_ACCESS_DENIED, "Policy"));
  EXPECT_EQ(harness_.Stored().size(), stored - 1);
}

// The guest may revoke as well.
std::string PolicyForRevoking(const std::string& ca_arn) {
  std::string policy = PolicyForPrincipal(ca_arn, kGuest);
  policy.resize(policy.rfind(']'));
  return absl::StrCat(policy, R"(, {"Sid": "3", "Effect": "Allow",
            "Principal": {"AWS": ")",
                      kGuest, R"("}, "Action": "acm-pca:RevokeCertificate",
            "Resource": ")",
                      ca_arn, "\"}]}");
}

TEST_F(AccessTest, TheCrlAfterAGuestsRevocationIsTheOwners) {
  v1::UpdateCertificateAuthorityRequest update;
  update.set_certificate_authority_arn(root_);
  v1::CrlConfiguration& crl =
      *update.mutable_revocation_configuration()->mutable_crl_configuration();
  crl.set_enabled(true);
  crl.set_expiration_in_days(7);
  crl.set_s3_bucket_name("bucket");
  ASSERT_THAT(harness_.Call<v1::UpdateCertificateAuthorityResponse>(update),
              IsOk());
  Share(PolicyForRevoking(root_));
  const std::string serial =
      ParseCertificateArn(IssueAs(guest_)->certificate_arn(), "")->serial;
  Ports ports = harness_.ports();
  const auto interrupted = std::make_shared<InterruptedStore>(ports.store);
  ports.store = interrupted;
  const auto engine = Engine::New({}, ports).value();
  // The first commit is the revocation, the second the CRL.
  interrupted->before_commit = [&] {
    interrupted->before_commit = [this] {
      Share(PolicyForPrincipal(root_, "222233334444"));
    };
  };
  v1::RevokeCertificateRequest revoke;
  revoke.set_certificate_authority_arn(root_);
  revoke.set_certificate_serial(serial);
  revoke.set_revocation_reason(v1::REVOCATION_REASON_SUPERSEDED);
  v1::RevokeCertificateResponse response;
  ASSERT_THAT(engine->CallAs(guest_, "RevokeCertificate", revoke, &response),
              IsOk());
  EXPECT_THAT(
      engine->CallAs(guest_, "RevokeCertificate", revoke, &response),
      IsRefusal(v1::REASON_ACCESS_DENIED, "Policy.Statement[0].Action"));

  v1::GetCertificateRevocationListRequest get;
  get.set_certificate_authority_arn(root_);
  const auto got = harness_.Call<v1::GetCertificateRevocationListResponse>(get);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->crl().entries(), 1);
  v1::AuditRecord audit;
  for (const auto& [key, value] : harness_.Stored()) {
    if (absl::StrContains(key, "/crl-")) audit.ParseFromString(value);
  }
  EXPECT_EQ(audit.account(), kOwner);
}

// Upkeep comes by every call, and depends on nobody's grant.
class UpkeepTest : public AccessTest {
 protected:
  UpkeepTest() {
    Share(PolicyForPrincipal(root_, kGuest));
    Ports ports = harness_.ports();
    interrupted_ = std::make_shared<InterruptedStore>(ports.store);
    ports.store = interrupted_;
    engine_ = Engine::New({}, ports).value();
    interrupted_->before_commit = [this] {
      Share(PolicyForPrincipal(root_, "222233334444"));
    };
  }

  std::shared_ptr<InterruptedStore> interrupted_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(UpkeepTest, ACaEndsForAGuestWhoIsOneNoMore) {
  const std::string gone = harness_.CreateRoot("Gone").value();
  harness_.ChangeCa(gone, [](v1::CertificateAuthorityRecord& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
    *record.mutable_restorable_until() = ToTimestamp(HarnessTime());
  });
  v1::IssueCertificatesRequest batch;
  *batch.add_requests() = issue_;
  *batch.add_requests() = issue_;
  batch.mutable_requests(1)->set_certificate_authority_arn(gone);
  v1::IssueCertificatesResponse response;
  EXPECT_THAT(engine_->CallAs(guest_, "IssueCertificates", batch, &response),
              IsRefusal(v1::REASON_LOST_RACE, "Request.Requests"));
  EXPECT_EQ(harness_.Stored().count(CaKey(gone.substr(gone.size() - 36))), 0u);
}

TEST_F(UpkeepTest, TheFirstListingIsAGuests) {
  v1::ListTagsRequest request;
  request.set_certificate_authority_arn(root_);
  v1::ListTagsResponse response;
  EXPECT_THAT(engine_->CallAs(guest_, "ListTags", request, &response), IsOk());
  EXPECT_EQ(harness_.Stored().count("pagination"), 1u);
}

}  // namespace
}  // namespace pki
