// ImportCertificateAuthorityCertificate: states, limits and races. What a
// certificate must be is tested in pki/ca.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/engine/context.h"
#include "pki/engine/engine.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/csr.h"
#include "pki/x509/extension.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using Request = v1::ImportCertificateAuthorityCertificateRequest;
using Response = v1::ImportCertificateAuthorityCertificateResponse;
using Status = v1::CertificateAuthorityStatus;

constexpr char kArnField[] = "Request.CertificateAuthorityArn";
constexpr Status kActive = v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE;
constexpr Status kDisabled = v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED;

class ImportOperationTest : public testing::Test {
 protected:
  ImportOperationTest() {
    root_ = harness_.CreateRoot("Root").value();
    subordinate_ =
        harness_
            .Create(EngineHarness::CreateRequest(
                v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE, "Subordinate"))
            .value();
    const auto issued = harness_.IssueForCa(subordinate_, root_,
                                            "SubordinateCACertificate_PathLen0",
                                            HarnessTime() + absl::Hours(24));
    request_.set_certificate_authority_arn(subordinate_);
    request_.set_certificate(issued->certificate());
    request_.set_certificate_chain(issued->certificate_chain());
  }

  absl::Status Import(const Request& request) {
    return harness_.Call<Response>(request).status();
  }
  void ExpectRefused(const Request& request, v1::Reason reason,
                     absl::string_view field) {
    const auto before = harness_.Stored();
    EXPECT_THAT(Import(request), IsRefusal(reason, field));
    EXPECT_TRUE(harness_.Stored() == before);
  }
  void SetStatus(Status to) {
    harness_.ChangeCa(subordinate_, [to](auto& record) {
      record.set_status(to);
      // Far away, should it be DELETED.
      record.mutable_restorable_until()->set_seconds(
          absl::ToUnixSeconds(HarnessTime() + absl::Hours(1000)));
    });
  }
  Status StatusNow() { return harness_.Describe(subordinate_)->status(); }

  EngineHarness harness_;
  std::string root_;
  std::string subordinate_;
  Request request_;  // one that succeeds
};

TEST_F(ImportOperationTest, ActivatesTheCa) {
  EXPECT_THAT(Import(request_), IsOk());
  EXPECT_EQ(StatusNow(), kActive);
  v1::GetCertificateAuthorityCertificateRequest get;
  get.set_certificate_authority_arn(subordinate_);
  const auto own =
      harness_.Call<v1::GetCertificateAuthorityCertificateResponse>(get);
  ASSERT_THAT(own, IsOk());
  EXPECT_EQ(own->certificate(), request_.certificate());
  EXPECT_EQ(own->certificate_chain(), request_.certificate_chain());
}

TEST_F(ImportOperationTest, RefusesAndKeepsNothing) {
  Request request = request_;
  request.set_certificate_authority_arn(
      "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/"
      "12345678-90ab-4def-8123-456789abcdef");
  ExpectRefused(request, v1::REASON_CA_NOT_FOUND, kArnField);
  request = request_;
  request.clear_certificate();
  ExpectRefused(request, v1::REASON_FIELD_REQUIRED, "Request.Certificate");
  request = request_;
  request.clear_certificate_chain();
  ExpectRefused(request, v1::REASON_IMPORT_CHAIN_MISSING,
                "Request.CertificateChain");
  request = request_;
  request.set_certificate_authority_arn(root_);
  ExpectRefused(request, v1::REASON_IMPORT_KEY_MISMATCH,
                "Request.Certificate.subjectPublicKeyInfo");
}

// API Reference: 32,768 bytes of certificate and 2,097,152 of chain.
TEST_F(ImportOperationTest, TakesWhatTheModelAllowsAndNotAByteMore) {
  // Text before a block is passed over.
  const auto padded = [](const std::string& pem, size_t size) {
    return absl::StrCat(std::string(size - pem.size() - 1, '#'), "\n", pem);
  };
  constexpr size_t kMaxCertificate = 32768;
  constexpr size_t kMaxChain = 2097152;
  Request request = request_;
  request.set_certificate(padded(request_.certificate(), kMaxCertificate + 1));
  ExpectRefused(request, v1::REASON_FIELD_TOO_LONG, "Request.Certificate");
  request = request_;
  request.set_certificate_chain(
      padded(request_.certificate_chain(), kMaxChain + 1));
  ExpectRefused(request, v1::REASON_FIELD_TOO_LONG, "Request.CertificateChain");
  request.set_certificate(padded(request_.certificate(), kMaxCertificate));
  request.set_certificate_chain(
      padded(request_.certificate_chain(), kMaxChain));
  EXPECT_THAT(Import(request), IsOk());
}

TEST_F(ImportOperationTest, RefusesInAStateThatTakesNone) {
  ASSERT_THAT(Import(request_), IsOk());
  for (const Status status : {v1::CERTIFICATE_AUTHORITY_STATUS_CREATING,
                              v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED,
                              v1::CERTIFICATE_AUTHORITY_STATUS_DELETED,
                              v1::CERTIFICATE_AUTHORITY_STATUS_FAILED}) {
    SetStatus(status);
    ExpectRefused(request_, v1::REASON_STATE_IMPORT, kArnField);
  }
}

// User Guide: updating a private CA.
TEST_F(ImportOperationTest, RenewsWhatHasExpired) {
  ASSERT_THAT(Import(request_), IsOk());
  for (const Status before : {kActive, kDisabled}) {
    SetStatus(before);
    harness_.clock().Advance(absl::Hours(48));
    ASSERT_EQ(StatusNow(), v1::CERTIFICATE_AUTHORITY_STATUS_EXPIRED);
    const auto renewed = harness_.IssueForCa(
        subordinate_, root_, "SubordinateCACertificate_PathLen0",
        harness_.clock().Now().value() + absl::Hours(24));
    ASSERT_THAT(renewed, IsOk());
    request_.set_certificate(renewed->certificate());
    ASSERT_THAT(Import(request_), IsOk());
    EXPECT_EQ(StatusNow(), before);
  }
}

TEST_F(ImportOperationTest, TriesAgainWhenARaceIsLost) {
  const auto before = harness_.Stored();
  harness_.store().LoseRaces(kMaxAttempts);
  EXPECT_THAT(Import(request_), IsRefusal(v1::REASON_LOST_RACE, kArnField));
  EXPECT_TRUE(harness_.Stored() == before);
  harness_.store().LoseRaces(kMaxAttempts - 1);
  EXPECT_THAT(Import(request_), IsOk());
}

TEST_F(ImportOperationTest, AFailingStoreChangesNothing) {
  for (const int nth : {1, 2}) {
    harness_.store().FailAt(nth);
    EXPECT_THAT(Import(request_), IsRefusal(v1::REASON_STORE_FAILED));
    EXPECT_EQ(StatusNow(),
              v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE);
  }
}

// A CA under a root that another program keeps.
TEST_F(ImportOperationTest, ComesUnderARootOfSomebodyElse) {
  const PrivateKey key = NewTestKey(v1::KEY_ALGORITHM_RSA_2048);
  TestCertificate root;
  root.subject = root.issuer = TestName("Somebody else");
  root.not_before = HarnessTime() - absl::Hours(24);
  root.not_after = HarnessTime() + absl::Hours(24 * 90);
  root.spki = key.spki();
  root.extensions = {
      EncodeExtension(oid::kBasicConstraints, true,
                      View(EncodeBasicConstraints({true, std::nullopt}))),
      EncodeExtension(oid::kSubjectKeyIdentifier, false,
                      View(EncodeSubjectKeyIdentifier(View("somebody's key")))),
      EncodeExtension(oid::kKeyUsage, true,
                      View(EncodeKeyUsage(kKeyCertSign | kCrlSign)))};
  v1::GetCertificateAuthorityCsrRequest get;
  get.set_certificate_authority_arn(subordinate_);
  const auto pem = harness_.Call<v1::GetCertificateAuthorityCsrResponse>(get);
  ASSERT_THAT(pem, IsOk());
  const auto csr = Csr::Parse(View(pem->csr()));
  ASSERT_THAT(csr, IsOk());
  TestCertificate own = root;
  own.serial = "\x02";
  own.subject = Copy(csr->subject());
  own.spki = Copy(csr->spki());
  own.extensions[1] = EncodeExtension(
      oid::kAuthorityKeyIdentifier, false,
      View(EncodeAuthorityKeyIdentifier(View("somebody's key"))));
  // BoringSSL and openssl ask for it.
  own.extensions.push_back(
      EncodeExtension(oid::kSubjectKeyIdentifier, false,
                      View(EncodeSubjectKeyIdentifier(View("our key")))));
  request_.set_certificate(
      EncodePem("CERTIFICATE", View(SignTestCertificate(own, key))));
  request_.set_certificate_chain(
      EncodePem("CERTIFICATE", View(SignTestCertificate(root, key))));
  ASSERT_THAT(Import(request_), IsOk());
  const Bytes device =
      TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device");
  const auto issued =
      harness_.Issue(harness_.IssueRequest(subordinate_, View(device)));
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
}

}  // namespace
}  // namespace pki
