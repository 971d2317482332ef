// The audit log: every use of a CA's key is in it, by the commit of its effect.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

class AuditLogTest : public testing::Test {
 protected:
  // What the log has of a CA, in order: "csr" or serials.
  std::vector<std::string> Logged(absl::string_view ca_arn) {
    return LastPartsUnder(absl::StrCat("audit/", IdOf(ca_arn), "/"));
  }
  // The serials of its certificates.
  std::vector<std::string> Issued(absl::string_view ca_arn) {
    return LastPartsUnder(absl::StrCat("cert/", IdOf(ca_arn), "/"));
  }
  v1::IssueCertificateRequest Request(absl::string_view ca_arn) {
    return harness_.IssueRequest(ca_arn, View(TestCsr(FixedKey(7), "device")));
  }
  // Issues. The serial.
  std::string Issue(absl::string_view ca_arn) {
    const auto issued =
        harness_.Call<v1::IssueCertificateResponse>(Request(ca_arn));
    return LastPart(issued->certificate_arn());
  }

  static std::string LastPart(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
  }
  static std::string IdOf(absl::string_view ca_arn) {
    return LastPart(std::string(ca_arn));
  }

  EngineHarness harness_;

 private:
  std::vector<std::string> LastPartsUnder(absl::string_view prefix) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : harness_.Stored()) {
      if (absl::StartsWith(key, prefix)) parts.push_back(LastPart(key));
    }
    return parts;
  }
};

TEST_F(AuditLogTest, HasTheCsrOfANewCa) {
  const auto arn = harness_.Create(EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root"));
  ASSERT_THAT(arn, IsOk());
  EXPECT_THAT(Logged(*arn), ElementsAre("csr"));
}

TEST_F(AuditLogTest, HasEachCertificateOnce) {
  const std::string root = harness_.CreateRoot("Root").value();
  const std::string subordinate =
      harness_.CreateSubordinate(root, "Subordinate").value();
  harness_.clock().Advance(absl::Seconds(1));
  Issue(root);
  Issue(subordinate);
  v1::IssueCertificatesRequest batch;
  for (int i = 0; i < 10; ++i) {
    *batch.add_requests() = Request(i % 2 == 0 ? root : subordinate);
  }
  batch.mutable_requests(4)->set_csr("CSR");
  ASSERT_THAT(harness_.Call<v1::IssueCertificatesResponse>(batch), IsOk());
  for (const std::string& ca : {root, subordinate}) {
    std::vector<std::string> expected = Issued(ca);
    expected.push_back("csr");
    EXPECT_THAT(Logged(ca), UnorderedElementsAreArray(expected));
  }
  // The root's own, the subordinate's, one alone, four of the batch.
  EXPECT_EQ(Issued(root).size(), 7u);
}

TEST_F(AuditLogTest, HasNothingOfWhatWasNotCommitted) {
  harness_.store().FailAt(1);
  EXPECT_THAT(harness_.Create(EngineHarness::CreateRequest(
                  v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root")),
              IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_TRUE(harness_.Stored().empty());
  const std::string root = harness_.CreateRoot("Root").value();
  const auto before = harness_.Stored();
  auto request = Request(root);
  harness_.store().FailAt(1);
  EXPECT_THAT(harness_.Call<v1::IssueCertificateResponse>(request),
              IsRefusal(v1::REASON_STORE_FAILED));
  request.set_csr("CSR");
  EXPECT_THAT(harness_.Call<v1::IssueCertificateResponse>(request),
              IsRefusal(v1::REASON_CSR_DER));
  EXPECT_TRUE(harness_.Stored() == before);
}

TEST_F(AuditLogTest, ATokensSecondAnswerIsNoUseOfTheKey) {
  const std::string root = harness_.CreateRoot("Root").value();
  auto request = Request(root);
  request.set_idempotency_token("token");
  ASSERT_THAT(harness_.Call<v1::IssueCertificateResponse>(request), IsOk());
  const auto before = Logged(root);
  ASSERT_THAT(harness_.Call<v1::IssueCertificateResponse>(request), IsOk());
  EXPECT_EQ(Logged(root), before);
}

TEST_F(AuditLogTest, IsInTheOrderOfTheClock) {
  const std::string root = harness_.CreateRoot("Root").value();
  const std::string own = Issued(root).front();
  harness_.clock().Advance(absl::Milliseconds(2));
  const std::string late = Issue(root);
  harness_.clock().Advance(absl::Milliseconds(1));
  const std::string later = Issue(root);
  // The clock goes back: nothing that was there is lost or replaced.
  harness_.clock().Set(HarnessTime() + absl::Milliseconds(1));
  const std::string back = Issue(root);
  const auto logged = Logged(root);
  ASSERT_EQ(logged.size(), 5u);
  EXPECT_THAT(std::vector<std::string>(logged.begin(), logged.begin() + 2),
              UnorderedElementsAreArray({own, std::string("csr")}));
  EXPECT_THAT(std::vector<std::string>(logged.begin() + 2, logged.end()),
              ElementsAre(back, late, later));
}

}  // namespace
}  // namespace pki
