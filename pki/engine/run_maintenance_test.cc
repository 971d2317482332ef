// What maintenance does beside CRLs (crl_test.cc has those).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/engine/engine.h"
#include "pki/engine/records.h"
#include "pki/store/store.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "proto/config.pb.h"

namespace pki {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

class RunMaintenanceTest : public testing::Test {
 protected:
  explicit RunMaintenanceTest(const v1::EngineConfiguration& configuration = {})
      : harness_(configuration) {}

  v1::RunMaintenanceResponse Maintain() {
    return harness_
        .Call<v1::RunMaintenanceResponse>(v1::RunMaintenanceRequest())
        .value();
  }
  v1::IssueCertificateRequest RequestWithToken(const std::string& ca) {
    auto request =
        harness_.IssueRequest(ca, View(TestCsr(FixedKey(7), "device")));
    request.set_idempotency_token("token");
    return request;
  }
  ptrdiff_t CountUnder(absl::string_view prefix) {
    const auto stored = harness_.Stored();
    return std::count_if(stored.begin(), stored.end(), [&](const auto& entry) {
      return absl::StartsWith(entry.first, prefix);
    });
  }

  EngineHarness harness_;
};

TEST_F(RunMaintenanceTest, DeletesTokensThatMeanNothing) {
  const std::string ca = harness_.CreateRoot("Root").value();
  ASSERT_THAT(harness_.Issue(RequestWithToken(ca)), IsOk());
  harness_.clock().Advance(kDay);
  EXPECT_EQ(Maintain().failures_size(), 0);
  EXPECT_EQ(CountUnder(kTokenPrefix), 1);
  harness_.clock().Advance(absl::Milliseconds(1));
  EXPECT_EQ(Maintain().failures_size(), 0);
  EXPECT_EQ(CountUnder(kTokenPrefix), 0);
}

TEST_F(RunMaintenanceTest, OpensNoKeyWhenNoCrlIsDue) {
  v1::CreateCertificateAuthorityRequest request =
      EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
  v1::CrlConfiguration& crl =
      *request.mutable_revocation_configuration()->mutable_crl_configuration();
  crl.set_enabled(true);
  crl.set_expiration_in_days(7);
  crl.set_s3_bucket_name("bucket");
  const std::string ca = harness_.Create(request).value();
  ASSERT_THAT(harness_.Import(ca, harness_
                                      .IssueForCa(ca, ca, "RootCACertificate",
                                                  HarnessTime() + kDay * 3650)
                                      .value()),
              IsOk());
  EXPECT_EQ(Maintain().crls_size(), 1);
  // Another process, which has opened no key yet, and cannot.
  const auto engine = Engine::New({}, harness_.ports()).value();
  const auto maintain = [&] {
    harness_.keys().FailAt(1);
    v1::RunMaintenanceResponse turn;
    EXPECT_THAT(
        engine->Call("RunMaintenance", v1::RunMaintenanceRequest(), &turn),
        IsOk());
    return turn;
  };
  EXPECT_EQ(maintain().failures_size(), 0);
  harness_.clock().Advance(kDay * 4);
  const v1::RunMaintenanceResponse turn = maintain();
  EXPECT_EQ(turn.crls_size(), 0);
  ASSERT_EQ(turn.failures_size(), 1);
  EXPECT_EQ(turn.failures(0).certificate_authority_arn(), ca);
  EXPECT_EQ(Maintain().crls_size(), 1);
}

TEST_F(RunMaintenanceTest, SaysThatATokenIsDamaged) {
  WriteBatch batch;
  batch.puts.emplace_back(TokenKey("scope", "hash"), "\xFF");
  ASSERT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
  const v1::RunMaintenanceResponse turn = Maintain();
  ASSERT_EQ(turn.failures_size(), 1);
  EXPECT_EQ(turn.failures(0).refusal().reason(), "REASON_RECORD_DAMAGED");
}

class LongWindowTest : public RunMaintenanceTest {
 protected:
  static v1::EngineConfiguration TwoDays() {
    v1::EngineConfiguration configuration;
    configuration.set_idempotency_window_seconds(
        static_cast<uint32_t>(absl::ToInt64Seconds(kDay * 2)));
    return configuration;
  }
  LongWindowTest() : RunMaintenanceTest(TwoDays()) {}
};

TEST_F(LongWindowTest, TokensStayAsLongAsTheyMeanSomething) {
  const auto request = RequestWithToken(harness_.CreateRoot("Root").value());
  const auto first = harness_.Call<v1::IssueCertificateResponse>(request);
  ASSERT_THAT(first, IsOk());
  harness_.clock().Advance(kDay * 2 - absl::Milliseconds(1));
  EXPECT_EQ(Maintain().failures_size(), 0);
  const auto again = harness_.Call<v1::IssueCertificateResponse>(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->certificate_arn(), first->certificate_arn());
}

}  // namespace
}  // namespace pki
