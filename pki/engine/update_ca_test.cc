// The later life of a CA: disabled and enabled, configured, deleted, restored,
// gone; and what each of these forbids.
#include <gmock/gmock.h>

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/engine/arn.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"

namespace pki {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;
using ::testing::StartsWith;

using Status = v1::CertificateAuthorityStatus;

constexpr Status kPending =
    v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE;
constexpr Status kActive = v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE;
constexpr Status kDeleted = v1::CERTIFICATE_AUTHORITY_STATUS_DELETED;
constexpr Status kDisabled = v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED;
constexpr Status kExpired = v1::CERTIFICATE_AUTHORITY_STATUS_EXPIRED;

constexpr char kArnField[] = "Request.CertificateAuthorityArn";

class UpdateCaTest : public testing::Test {
 protected:
  UpdateCaTest() : root_(harness_.CreateRoot("Root").value()) {}

  absl::Status SetStatus(Status status) {
    v1::UpdateCertificateAuthorityRequest request;
    request.set_certificate_authority_arn(root_);
    request.set_status(status);
    return Update(request);
  }
  absl::Status Update(const v1::UpdateCertificateAuthorityRequest& request) {
    return harness_.Call<v1::UpdateCertificateAuthorityResponse>(request)
        .status();
  }
  absl::Status Delete(int days = 0) {
    v1::DeleteCertificateAuthorityRequest request;
    request.set_certificate_authority_arn(root_);
    if (days != 0) request.set_permanent_deletion_time_in_days(days);
    return harness_.Call<v1::DeleteCertificateAuthorityResponse>(request)
        .status();
  }
  absl::Status Restore() {
    v1::RestoreCertificateAuthorityRequest request;
    request.set_certificate_authority_arn(root_);
    return harness_.Call<v1::RestoreCertificateAuthorityResponse>(request)
        .status();
  }
  absl::Status Issue() {
    const Bytes csr =
        TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device");
    return harness_
        .Call<v1::IssueCertificateResponse>(
            harness_.IssueRequest(root_, View(csr)))
        .status();
  }
  Status StatusNow() { return harness_.Describe(root_)->status(); }

  EngineHarness harness_;
  std::string root_;
};

TEST_F(UpdateCaTest, ADisabledCaIssuesNothingUntilItIsEnabled) {
  EXPECT_THAT(Issue(), IsOk());
  harness_.clock().Advance(absl::Minutes(1));
  ASSERT_THAT(SetStatus(kDisabled), IsOk());
  EXPECT_EQ(StatusNow(), kDisabled);
  EXPECT_EQ(harness_.Describe(root_)->last_state_change_at().seconds(),
            absl::ToUnixSeconds(HarnessTime() + absl::Minutes(1)));
  EXPECT_THAT(Issue(), IsRefusal(v1::REASON_STATE_ISSUE, kArnField));
  ASSERT_THAT(SetStatus(kActive), IsOk());
  EXPECT_THAT(Issue(), IsOk());
}

TEST_F(UpdateCaTest, TheSameStatusChangesNothing) {
  harness_.clock().Advance(absl::Minutes(1));
  ASSERT_THAT(SetStatus(kActive), IsOk());
  EXPECT_EQ(harness_.Describe(root_)->last_state_change_at().seconds(),
            absl::ToUnixSeconds(HarnessTime()));
}

TEST_F(UpdateCaTest, OnlyTwoStatusesCanBeSet) {
  for (const Status status : {kPending, kDeleted, kExpired}) {
    EXPECT_THAT(SetStatus(status),
                IsRefusal(v1::REASON_UPDATE_STATUS, "Request.Status"));
  }
}

TEST_F(UpdateCaTest, APendingCaIsNotUpdated) {
  v1::UpdateCertificateAuthorityRequest request;
  request.set_certificate_authority_arn(
      harness_
          .Create(EngineHarness::CreateRequest(
              v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Pending"))
          .value());
  EXPECT_THAT(Update(request), IsRefusal(v1::REASON_STATE_UPDATE, kArnField));
}

TEST_F(UpdateCaTest, RevocationChangesMemberByMember) {
  v1::UpdateCertificateAuthorityRequest request;
  request.set_certificate_authority_arn(root_);
  v1::RevocationConfiguration& revocation =
      *request.mutable_revocation_configuration();
  revocation.mutable_ocsp_configuration()->set_enabled(true);
  ASSERT_THAT(Update(request), IsOk());

  revocation.clear_ocsp_configuration();
  v1::CrlConfiguration& crl = *revocation.mutable_crl_configuration();
  crl.set_enabled(true);
  crl.set_expiration_in_days(7);
  crl.set_s3_bucket_name("bucket");
  ASSERT_THAT(Update(request), IsOk());
  const v1::RevocationConfiguration now =
      harness_.Describe(root_)->revocation_configuration();
  EXPECT_TRUE(now.ocsp_configuration().enabled());
  EXPECT_EQ(now.crl_configuration().s3_bucket_name(), "bucket");

  crl.set_enabled(false);
  EXPECT_THAT(Update(request),
              IsRefusal(v1::REASON_CRL_CONFIGURATION,
                        "Request.RevocationConfiguration.CrlConfiguration"));
}

TEST_F(UpdateCaTest, AnActiveCaIsNotDeleted) {
  EXPECT_THAT(Delete(), IsRefusal(v1::REASON_STATE_DELETE, kArnField));
  EXPECT_EQ(StatusNow(), kActive);
  EXPECT_THAT(Restore(), IsRefusal(v1::REASON_STATE_RESTORE, kArnField));
}

TEST_F(UpdateCaTest, ADeletedCaComesBackAsItWas) {
  ASSERT_THAT(SetStatus(kDisabled), IsOk());
  ASSERT_THAT(Delete(7), IsOk());
  EXPECT_EQ(StatusNow(), kDeleted);
  EXPECT_EQ(harness_.Describe(root_)->restorable_until().seconds(),
            absl::ToUnixSeconds(HarnessTime() + absl::Hours(7 * 24)));
  EXPECT_THAT(Issue(), IsRefusal(v1::REASON_STATE_ISSUE, kArnField));
  EXPECT_THAT(Delete(), IsRefusal(v1::REASON_STATE_DELETE, kArnField));
  harness_.clock().Advance(absl::Hours(7 * 24) - absl::Seconds(1));
  ASSERT_THAT(Restore(), IsOk());
  EXPECT_EQ(StatusNow(), kDisabled);
  EXPECT_FALSE(harness_.Describe(root_)->has_restorable_until());
  ASSERT_THAT(SetStatus(kActive), IsOk());
  EXPECT_THAT(Issue(), IsOk());
}

TEST_F(UpdateCaTest, AnExpiredCaCanBeDeletedAndRestored) {
  harness_.clock().Set(HarnessTime() + absl::Hours(24 * 366 * 11));
  EXPECT_EQ(StatusNow(), kExpired);
  EXPECT_THAT(SetStatus(kDisabled),
              IsRefusal(v1::REASON_STATE_UPDATE, kArnField));
  ASSERT_THAT(Delete(), IsOk());
  ASSERT_THAT(Restore(), IsOk());
  EXPECT_EQ(StatusNow(), kExpired);
}

TEST_F(UpdateCaTest, AfterItsWindowADeletedCaIsGoneWithItsKey) {
  const std::string id = ParseCaArn(root_, "")->id;
  v1::CreatePermissionRequest permission;
  permission.set_certificate_authority_arn(root_);
  permission.set_principal("acm.amazonaws.com");
  permission.add_actions(v1::ACTION_TYPE_ISSUE_CERTIFICATE);
  ASSERT_THAT(harness_.Call<v1::CreatePermissionResponse>(permission), IsOk());
  ASSERT_THAT(SetStatus(kDisabled), IsOk());
  ASSERT_THAT(Delete(), IsOk());
  harness_.clock().Advance(absl::Hours(30 * 24));
  // A key that cannot be destroyed now is, when the CA is asked for again; but
  // nobody restores it any more.
  harness_.keys().FailAt(1);
  EXPECT_THAT(Restore(), IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  EXPECT_THAT(harness_.Stored(), Contains(Key("ca/" + id)));
  harness_.clock().Advance(-absl::Hours(24));
  EXPECT_THAT(Restore(), IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  EXPECT_THAT(harness_.Stored(), Not(Contains(Key("ca/" + id))));
  EXPECT_THAT(harness_.Stored(), Not(Contains(Key(StartsWith("permission/")))));
  EXPECT_THAT(harness_.Describe(root_),
              IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  EXPECT_THAT(Issue(), IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
}

TEST_F(UpdateCaTest, ALostRaceIsDecidedAgain) {
  harness_.store().LoseRaces(3);
  EXPECT_THAT(SetStatus(kDisabled), IsOk());
  EXPECT_EQ(StatusNow(), kDisabled);
  harness_.store().LoseRaces(100);
  EXPECT_THAT(SetStatus(kActive), IsRefusal(v1::REASON_LOST_RACE, kArnField));
  harness_.store().LoseRaces(0);
  EXPECT_EQ(StatusNow(), kDisabled);
}

TEST_F(UpdateCaTest, TheWindowOfADeletionHasLimits) {
  ASSERT_THAT(SetStatus(kDisabled), IsOk());
  for (const int days : {6, 31}) {
    EXPECT_THAT(Delete(days), IsRefusal(v1::REASON_FIELD_RANGE,
                                        "Request.PermanentDeletionTimeInDays"));
  }
  EXPECT_THAT(Delete(30), IsOk());
}

}  // namespace
}  // namespace pki
