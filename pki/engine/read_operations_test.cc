// Describe and the three Gets: what they show, in which states, and what they
// say of a store that is damaged.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/engine/engine.h"
#include "pki/engine/records.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using Status = v1::CertificateAuthorityStatus;

constexpr char kArnField[] = "Request.CertificateAuthorityArn";
constexpr char kCertificateField[] = "Request.CertificateArn";
constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

class ReadTest : public testing::Test {
 protected:
  ReadTest() {
    root_ = harness_.CreateRoot("Root").value();
    subordinate_ = harness_.CreateSubordinate(root_, "Subordinate").value();
    const Bytes csr =
        TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device");
    certificate_ = harness_
                       .Call<v1::IssueCertificateResponse>(
                           harness_.IssueRequest(subordinate_, View(csr)))
                       ->certificate_arn();
  }

  absl::StatusOr<v1::GetCertificateAuthorityCsrResponse> GetCsr(
      const std::string& arn) {
    v1::GetCertificateAuthorityCsrRequest request;
    request.set_certificate_authority_arn(arn);
    return harness_.Call<v1::GetCertificateAuthorityCsrResponse>(request);
  }
  absl::StatusOr<v1::GetCertificateAuthorityCertificateResponse> GetOwn(
      const std::string& arn) {
    v1::GetCertificateAuthorityCertificateRequest request;
    request.set_certificate_authority_arn(arn);
    return harness_.Call<v1::GetCertificateAuthorityCertificateResponse>(
        request);
  }
  absl::StatusOr<v1::GetCertificateResponse> Get(
      const std::string& arn, const std::string& certificate) {
    v1::GetCertificateRequest request;
    request.set_certificate_authority_arn(arn);
    request.set_certificate_arn(certificate);
    return harness_.Call<v1::GetCertificateResponse>(request);
  }
  void Put(const std::string& key, const Bytes& value) {
    EXPECT_THAT(harness_.store().Commit({{}, {{key, value}}, {}}), IsOk());
  }
  static std::string IdOf(const std::string& arn) {
    return arn.substr(arn.rfind('/') + 1);
  }

  EngineHarness harness_;
  std::string root_;
  std::string subordinate_;
  std::string certificate_;  // of a device, by the subordinate
};

TEST_F(ReadTest, ACsrThatOpensslVerifies) {
  const auto csr = GetCsr(subordinate_);
  ASSERT_THAT(csr, IsOk());
  const ProgramResult result =
      RunProgram({"openssl", "req", "-verify", "-noout", "-text", "-in",
                  WriteTestFile("csr.pem", csr->csr())});
  EXPECT_EQ(result.exit_status, 0) << result.output;
  EXPECT_TRUE(absl::StrContains(result.output, "CN = Subordinate"))
      << result.output;
  EXPECT_TRUE(absl::StrContains(result.output, "CA:TRUE")) << result.output;
}

TEST_F(ReadTest, ChainsGoFromTheIssuerToTheRoot) {
  const auto root = GetOwn(root_);
  ASSERT_THAT(root, IsOk());
  EXPECT_FALSE(root->has_certificate_chain());
  const auto subordinate = GetOwn(subordinate_);
  ASSERT_THAT(subordinate, IsOk());
  EXPECT_EQ(subordinate->certificate_chain(), root->certificate());
  const auto device = Get(subordinate_, certificate_);
  ASSERT_THAT(device, IsOk());
  EXPECT_EQ(
      device->certificate_chain(),
      absl::StrCat(subordinate->certificate(), "\n", root->certificate()));
  // As the service does, without a newline at the end.
  for (const std::string& pem :
       {device->certificate(), device->certificate_chain()}) {
    EXPECT_TRUE(absl::EndsWith(pem, "-----END CERTIFICATE-----"));
    EXPECT_TRUE(DecodePem(pem, kLabels).has_value());
  }
  EXPECT_THAT(harness_.Verify(*device), IsOk());
}

TEST_F(ReadTest, RefusesWhatIsNotThere) {
  const std::string unknown =
      "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/"
      "12345678-90ab-4def-8123-456789abcdef";
  EXPECT_THAT(harness_.Describe(unknown),
              IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  EXPECT_THAT(GetCsr(unknown), IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  EXPECT_THAT(GetOwn(unknown), IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  EXPECT_THAT(Get(unknown, certificate_),
              IsRefusal(v1::REASON_CA_NOT_FOUND, kArnField));
  EXPECT_THAT(Get(subordinate_, subordinate_),
              IsRefusal(v1::REASON_ARN_MALFORMED, kCertificateField));
  EXPECT_THAT(Get(root_, certificate_),
              IsRefusal(v1::REASON_CERTIFICATE_OF_OTHER_CA, kCertificateField));
  EXPECT_THAT(Get(subordinate_, absl::StrCat(subordinate_, "/certificate/",
                                             std::string(32, '0'))),
              IsRefusal(v1::REASON_CERTIFICATE_NOT_FOUND, kCertificateField));
}

// User Guide: updating a private CA. Describe shows every state.
TEST_F(ReadTest, StatesDecideWhatIsShown) {
  const struct {
    Status status;
    bool csr;
    bool own;
    bool certificate;
  } kTable[] = {
      {v1::CERTIFICATE_AUTHORITY_STATUS_CREATING, false, false, false},
      {v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE, true, false, true},
      {v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE, true, true, true},
      {v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED, true, true, true},
      {v1::CERTIFICATE_AUTHORITY_STATUS_DELETED, false, false, false},
      {v1::CERTIFICATE_AUTHORITY_STATUS_FAILED, false, false, false},
  };
  const auto expect = [](const auto& result, bool allowed, v1::Reason reason) {
    if (allowed) {
      EXPECT_THAT(result, IsOk());
    } else {
      EXPECT_THAT(result, IsRefusal(reason, kArnField));
    }
  };
  for (const auto& row : kTable) {
    SCOPED_TRACE(v1::CertificateAuthorityStatus_Name(row.status));
    harness_.ChangeCa(subordinate_, [&](auto& record) {
      record.set_status(row.status);
      *record.mutable_restorable_until() =
          ToTimestamp(HarnessTime() + absl::Hours(1));
    });
    EXPECT_EQ(harness_.Describe(subordinate_)->status(), row.status);
    expect(GetCsr(subordinate_), row.csr, v1::REASON_STATE_CSR);
    expect(GetOwn(subordinate_), row.own, v1::REASON_STATE_CERTIFICATE);
    expect(Get(subordinate_, certificate_), row.certificate,
           v1::REASON_STATE_GET_CERTIFICATE);
  }
}

TEST_F(ReadTest, ADamagedStoreIsSeen) {
  const auto expect_all = [&](v1::Reason reason) {
    EXPECT_THAT(harness_.Describe(subordinate_), IsRefusal(reason));
    EXPECT_THAT(GetCsr(subordinate_), IsRefusal(reason));
    EXPECT_THAT(Get(subordinate_, certificate_), IsRefusal(reason));
  };
  // The CA's certificate.
  const Bytes good = harness_.Stored()[CaKey(IdOf(subordinate_))];
  harness_.ChangeCa(subordinate_, [](auto& record) {
    record.mutable_certificates(0)->set_certificate("damaged");
  });
  expect_all(v1::REASON_RECORD_DAMAGED);
  // Its record.
  Put(CaKey(IdOf(subordinate_)), "damaged");
  expect_all(v1::REASON_RECORD_DAMAGED);
  Put(CaKey(IdOf(subordinate_)), good);
  harness_.ChangeCa(subordinate_,
                    [](auto& record) { record.set_format(kRecordFormat + 1); });
  expect_all(v1::REASON_RECORD_FORMAT);
  Put(CaKey(IdOf(subordinate_)), good);
  harness_.ChangeCa(subordinate_,
                    [](auto& record) { record.clear_certificates(); });
  expect_all(v1::REASON_RECORD_DAMAGED);
  Put(CaKey(IdOf(subordinate_)), good);
  // The certificate's record, which names an issuer that is not there.
  const std::string key =
      CertificateKey(IdOf(subordinate_), IdOf(certificate_));
  v1::CertificateRecord record;
  ASSERT_TRUE(record.ParseFromString(harness_.Stored()[key]));
  for (const uint32_t index : {1u, UINT32_MAX}) {
    record.set_issuer_certificate(index);
    Put(key, record.SerializeAsString());
    EXPECT_THAT(Get(subordinate_, certificate_),
                IsRefusal(v1::REASON_RECORD_DAMAGED));
  }
  Put(key, "damaged");
  EXPECT_THAT(Get(subordinate_, certificate_),
              IsRefusal(v1::REASON_RECORD_DAMAGED));
}

}  // namespace
}  // namespace pki
