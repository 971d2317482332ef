// The main job, end to end through the operations, verified by others.
#include "pki/engine/engine.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"
#include "proto/engine_operations.pb.h"

namespace pki {
namespace {

using testing::ElementsAre;

absl::Time YearLater() { return HarnessTime() + absl::Hours(24 * 365); }

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

Certificate Parsed(absl::string_view pem) {
  const auto blocks = DecodePem(pem, kLabels);
  return Certificate::Parse(View(blocks->front()), "Test").value();
}

std::vector<std::string> ExtensionOids(const Certificate& certificate) {
  std::vector<std::string> oids;
  for (const Extension& extension : certificate.tbs().extensions) {
    oids.push_back(oid::ToText(extension.oid));
  }
  return oids;
}

Bytes EcCsr(absl::string_view common_name) {
  return TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), common_name);
}

// Every kind of CA key, with every signing algorithm that suits it.
using KeyAndAlgorithm = std::pair<v1::KeyAlgorithm, v1::SigningAlgorithm>;

class EveryAlgorithmTest : public testing::TestWithParam<KeyAndAlgorithm> {};

TEST_P(EveryAlgorithmTest, IssuesWhatOthersVerify) {
  const auto& [key, algorithm] = GetParam();
  EngineHarness harness;
  const auto root = harness.CreateRoot("Root", key);
  ASSERT_THAT(root, IsOk());
  const auto subordinate = harness.CreateSubordinate(
      *root, "Subordinate", "SubordinateCACertificate_PathLen0", key);
  ASSERT_THAT(subordinate, IsOk());
  v1::IssueCertificateRequest request =
      harness.IssueRequest(*subordinate, View(EcCsr("device")));
  request.set_signing_algorithm(algorithm);
  const auto issued = harness.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness.Verify(*issued), IsOk());
}

INSTANTIATE_TEST_SUITE_P(
    Engine, EveryAlgorithmTest,
    testing::Values(KeyAndAlgorithm{v1::KEY_ALGORITHM_EC_PRIME256V1,
                                    v1::SIGNING_ALGORITHM_SHA256WITHECDSA},
                    KeyAndAlgorithm{v1::KEY_ALGORITHM_EC_PRIME256V1,
                                    v1::SIGNING_ALGORITHM_SHA384WITHECDSA},
                    KeyAndAlgorithm{v1::KEY_ALGORITHM_EC_SECP384R1,
                                    v1::SIGNING_ALGORITHM_SHA384WITHECDSA},
                    KeyAndAlgorithm{v1::KEY_ALGORITHM_EC_SECP521R1,
                                    v1::SIGNING_ALGORITHM_SHA512WITHECDSA},
                    KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_2048,
                                    v1::SIGNING_ALGORITHM_SHA256WITHRSA},
                    KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_2048,
                                    v1::SIGNING_ALGORITHM_SHA384WITHRSA_PSS},
                    KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_3072,
                                    v1::SIGNING_ALGORITHM_SHA512WITHRSA},
                    KeyAndAlgorithm{v1::KEY_ALGORITHM_RSA_4096,
                                    v1::SIGNING_ALGORITHM_SHA256WITHRSA_PSS}));

// Every kind of key in a CSR.
class EveryCsrKeyTest : public testing::TestWithParam<v1::KeyAlgorithm> {};

TEST_P(EveryCsrKeyTest, IsCertified) {
  EngineHarness harness;
  const auto root = harness.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  const Bytes csr = TestCsr(NewTestKey(GetParam()), "device");
  const auto issued = harness.Issue(harness.IssueRequest(*root, View(csr)));
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness.Verify(*issued), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Engine, EveryCsrKeyTest,
                         testing::Values(v1::KEY_ALGORITHM_EC_PRIME256V1,
                                         v1::KEY_ALGORITHM_EC_SECP384R1,
                                         v1::KEY_ALGORITHM_EC_SECP521R1,
                                         v1::KEY_ALGORITHM_RSA_2048,
                                         v1::KEY_ALGORITHM_RSA_4096));

class EngineTest : public testing::Test {
 protected:
  EngineHarness harness_;
};

TEST_F(EngineTest, ARootLooksAsTheServiceMakesIt) {
  auto request = EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "www.example.com");
  v1::ASN1Subject& subject =
      *request.mutable_certificate_authority_configuration()->mutable_subject();
  subject.set_locality("Seattle");
  subject.set_country("US");
  subject.set_organization("Example Corp");
  subject.set_state("WA");
  const auto arn = harness_.Create(request);
  ASSERT_THAT(arn, IsOk());
  const auto issued =
      harness_.IssueForCa(*arn, *arn, "RootCACertificate", YearLater());
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
  EXPECT_FALSE(issued->has_certificate_chain());
  const Certificate certificate = Parsed(issued->certificate());
  EXPECT_THAT(ExtensionOids(certificate),
              ElementsAre("2.5.29.19", "2.5.29.14", "2.5.29.15"));
  EXPECT_EQ(NameToRfc2253(certificate.tbs().subject),
            "L=Seattle,CN=www.example.com,ST=WA,O=Example Corp,C=US");
  EXPECT_EQ(certificate.tbs().issuer, certificate.tbs().subject);
  EXPECT_EQ(certificate.tbs().not_before, HarnessTime() - absl::Minutes(60));
  EXPECT_EQ(certificate.tbs().not_after, HarnessTime() + absl::Hours(24 * 365));
}

TEST_F(EngineTest, AnEndEntityHasItsExtensionsInOrder) {
  auto request =
      EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
  auto& revocation = *request.mutable_revocation_configuration();
  revocation.mutable_crl_configuration()->set_enabled(true);
  revocation.mutable_crl_configuration()->set_expiration_in_days(7);
  revocation.mutable_crl_configuration()->set_s3_bucket_name("bucket");
  revocation.mutable_ocsp_configuration()->set_enabled(true);
  const auto arn = harness_.Create(request);
  ASSERT_THAT(arn, IsOk());
  const auto own =
      harness_.IssueForCa(*arn, *arn, "RootCACertificate", YearLater());
  ASSERT_THAT(own, IsOk());
  ASSERT_THAT(harness_.Import(*arn, *own), IsOk());
  const Bytes csr = TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "",
                            {TestSubjectAltName("device.example.com")});
  const auto issued = harness_.Issue(harness_.IssueRequest(*arn, View(csr)));
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
  const Certificate certificate = Parsed(issued->certificate());
  EXPECT_THAT(
      ExtensionOids(certificate),
      ElementsAre("2.5.29.19", "2.5.29.35", "2.5.29.14", "2.5.29.15",
                  "2.5.29.37", "2.5.29.17", "2.5.29.31", "1.3.6.1.5.5.7.1.1"));
  // RFC 5280 section 4.2.1.6: the only name is critical.
  EXPECT_TRUE(certificate.Find(oid::kSubjectAltName)->critical);
}

TEST_F(EngineTest, DescribesACaThroughItsLife) {
  const auto arn = harness_.Create(EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root"));
  ASSERT_THAT(arn, IsOk());
  auto described = harness_.Describe(*arn);
  ASSERT_THAT(described, IsOk());
  EXPECT_EQ(described->status(),
            v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE);
  EXPECT_FALSE(described->has_serial());
  EXPECT_EQ(described->owner_account(), "000000000000");
  const auto own =
      harness_.IssueForCa(*arn, *arn, "RootCACertificate", YearLater());
  ASSERT_THAT(own, IsOk());
  harness_.clock().Advance(absl::Seconds(1));
  ASSERT_THAT(harness_.Import(*arn, *own), IsOk());
  described = harness_.Describe(*arn);
  ASSERT_THAT(described, IsOk());
  EXPECT_EQ(described->status(), v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE);
  EXPECT_EQ(described->last_state_change_at().seconds(),
            described->created_at().seconds() + 1);
  EXPECT_EQ(described->serial().size(), 16u * 2 + 15);
  // To the second: valid at notAfter, expired one second later.
  harness_.clock().Set(Parsed(own->certificate()).tbs().not_after);
  EXPECT_EQ(harness_.Describe(*arn)->status(),
            v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE);
  harness_.clock().Advance(absl::Seconds(1));
  EXPECT_EQ(harness_.Describe(*arn)->status(),
            v1::CERTIFICATE_AUTHORITY_STATUS_EXPIRED);
  EXPECT_THAT(
      harness_.Issue(harness_.IssueRequest(*arn, View(EcCsr("device")))),
      IsRefusal(v1::REASON_STATE_ISSUE, "Request.CertificateAuthorityArn"));
  // A root that has expired renews itself.
  const auto renewed = harness_.IssueForCa(*arn, *arn, "RootCACertificate",
                                           YearLater() + absl::Hours(24 * 365));
  ASSERT_THAT(renewed, IsOk());
  ASSERT_THAT(harness_.Import(*arn, *renewed), IsOk());
  described = harness_.Describe(*arn);
  EXPECT_EQ(described->status(), v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE);
  EXPECT_EQ(described->last_state_change_at().seconds(),
            absl::ToUnixSeconds(harness_.clock().Now().value()));
}

TEST_F(EngineTest, ACertificateKeepsTheChainItWasIssuedUnder) {
  const auto root = harness_.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  const auto subordinate = harness_.CreateSubordinate(*root, "Subordinate");
  ASSERT_THAT(subordinate, IsOk());
  const auto request =
      harness_.IssueRequest(*subordinate, View(EcCsr("device")));
  const auto before = harness_.Call<v1::IssueCertificateResponse>(request);
  ASSERT_THAT(before, IsOk());
  v1::GetCertificateRequest get;
  get.set_certificate_authority_arn(*subordinate);
  get.set_certificate_arn(before->certificate_arn());
  const auto old_chain = harness_.Call<v1::GetCertificateResponse>(get);
  const auto renewed = harness_.IssueForCa(
      *subordinate, *root, "SubordinateCACertificate_PathLen0", YearLater());
  ASSERT_THAT(renewed, IsOk());
  ASSERT_THAT(harness_.Import(*subordinate, *renewed), IsOk());
  const auto new_chain = harness_.Issue(request);
  ASSERT_THAT(new_chain, IsOk());
  EXPECT_EQ(harness_.Call<v1::GetCertificateResponse>(get)->certificate_chain(),
            old_chain->certificate_chain());
  EXPECT_NE(new_chain->certificate_chain(), old_chain->certificate_chain());
  EXPECT_THAT(harness_.Verify(*new_chain), IsOk());
}

TEST_F(EngineTest, PathLengthsAndLevelsAreKept) {
  const auto root = harness_.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  std::string parent = *root;
  for (const int length : {3, 2, 1, 0}) {
    const auto below = harness_.CreateSubordinate(
        parent, absl::StrCat("Level ", length),
        absl::StrCat("SubordinateCACertificate_PathLen", length));
    ASSERT_THAT(below, IsOk()) << length;
    parent = *below;
  }
  const auto issued =
      harness_.Issue(harness_.IssueRequest(parent, View(EcCsr("device"))));
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
  EXPECT_THAT(harness_.CreateSubordinate(parent, "One too many"),
              IsRefusal(v1::REASON_PATH_LENGTH, "Request.TemplateArn"));
}

TEST_F(EngineTest, ATokenGivesTheSameCertificateWithinItsWindow) {
  const auto root = harness_.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  auto request = harness_.IssueRequest(*root, View(EcCsr("device")));
  request.set_idempotency_token("token");
  const auto issue = [&] {
    return harness_.Call<v1::IssueCertificateResponse>(request)
        ->certificate_arn();
  };
  const std::string first = issue();
  harness_.clock().Advance(absl::Minutes(5) - absl::Milliseconds(1));
  EXPECT_EQ(issue(), first);
  harness_.clock().Advance(absl::Milliseconds(1));
  const std::string second = issue();
  EXPECT_NE(second, first);
  EXPECT_EQ(issue(), second);
  // Another request with the same token is a request of its own.
  request.set_csr(EcCsr("another device"));
  EXPECT_NE(issue(), second);
  // Without a token each request counts.
  request.clear_idempotency_token();
  EXPECT_NE(issue(), issue());
}

TEST_F(EngineTest, ATokenGivesTheSameCa) {
  auto request =
      EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
  request.set_idempotency_token("token");
  const auto first = harness_.Create(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(*harness_.Create(request), *first);
  harness_.clock().Advance(absl::Minutes(5));
  EXPECT_NE(*harness_.Create(request), *first);
}

TEST_F(EngineTest, TheSameClockAndEntropyGiveTheSameSerials) {
  EngineHarness twin;
  EXPECT_EQ(*harness_.CreateRoot("Root"), *twin.CreateRoot("Root"));
}

TEST_F(EngineTest, AChangeByAnotherEngineIsSeenAtOnce) {
  const auto root = harness_.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  const auto subordinate = harness_.CreateSubordinate(*root, "Subordinate");
  ASSERT_THAT(subordinate, IsOk());
  const auto request =
      harness_.IssueRequest(*subordinate, View(EcCsr("device")));
  const auto other = Engine::New({}, harness_.ports());
  ASSERT_THAT(other, IsOk());
  // The other engine has seen the CA before it is renewed by this one.
  v1::IssueCertificateResponse seen;
  ASSERT_THAT((*other)->Call("IssueCertificate", request, &seen), IsOk());
  const auto renewed = harness_.IssueForCa(
      *subordinate, *root, "SubordinateCACertificate_PathLen0", YearLater());
  ASSERT_THAT(renewed, IsOk());
  ASSERT_THAT(harness_.Import(*subordinate, *renewed), IsOk());
  v1::IssueCertificateResponse issued;
  ASSERT_THAT((*other)->Call("IssueCertificate", request, &issued), IsOk());
  v1::GetCertificateRequest get;
  get.set_certificate_authority_arn(*subordinate);
  get.set_certificate_arn(issued.certificate_arn());
  const auto fetched = harness_.Call<v1::GetCertificateResponse>(get);
  ASSERT_THAT(fetched, IsOk());
  EXPECT_EQ(Parsed(fetched->certificate_chain()).der(),
            Parsed(renewed->certificate()).der());
}

// Whatever fails: an error, and nothing changed.
TEST_F(EngineTest, AFailingPortChangesNothing) {
  const auto root = harness_.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  const auto request = harness_.IssueRequest(*root, View(EcCsr("device")));
  ASSERT_THAT(harness_.Issue(request), IsOk());
  const auto entries = [&] {
    return harness_.store().Scan({"", "~"}, 1000)->size();
  };
  const size_t before = entries();
  harness_.store().FailAt(1);
  EXPECT_THAT(harness_.Call<v1::IssueCertificateResponse>(request),
              IsRefusal(v1::REASON_STORE_FAILED));
  harness_.entropy().FailAt(1);
  EXPECT_THAT(harness_.Call<v1::IssueCertificateResponse>(request),
              IsRefusal(v1::REASON_ENTROPY_FAILED));
  harness_.keys().FailAt(1);
  EXPECT_THAT(harness_.Call<v1::IssueCertificateResponse>(request),
              IsRefusal(v1::REASON_CRYPTO_FAILED));
  EXPECT_EQ(entries(), before);
  const auto create = EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Another");
  for (int nth = 1; nth <= 3; ++nth) {
    harness_.keys().FailAt(nth);
    EXPECT_THAT(harness_.Create(create), IsRefusal(v1::REASON_CRYPTO_FAILED));
  }
  harness_.store().FailAt(1);
  EXPECT_THAT(harness_.Create(create), IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_EQ(entries(), before);
}

TEST_F(EngineTest, RefusesWhatIsNoOperation) {
  v1::IssueCertificateRequest request;
  v1::IssueCertificateResponse response;
  v1::GetCertificateResponse other;
  EXPECT_THAT(harness_.engine().Call("Issue", request, &response),
              IsRefusal(v1::REASON_OPERATION_UNKNOWN));
  EXPECT_THAT(TypesOf("Issue"), IsRefusal(v1::REASON_OPERATION_UNKNOWN));
  EXPECT_THAT(harness_.engine().Call("IssueCertificate", request, &other),
              IsRefusal(v1::REASON_MESSAGE_TYPE));
  EXPECT_THAT(
      harness_.engine().Call("IssueCertificate", request, &response),
      IsRefusal(v1::REASON_FIELD_REQUIRED, "Request.CertificateAuthorityArn"));
}

TEST_F(EngineTest, EveryOperationOfTheModelIsThere) {
  const google::protobuf::ServiceDescriptor* services[] = {
      v1::IssueCertificateRequest::descriptor()->file()->service(0),
      v1::ExplainIssuanceResponse::descriptor()->file()->service(0)};
  for (const auto* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto types = TypesOf(service->method(i)->name());
      ASSERT_THAT(types, IsOk());
      EXPECT_EQ(types->request->GetDescriptor(),
                service->method(i)->input_type());
      EXPECT_EQ(types->response->GetDescriptor(),
                service->method(i)->output_type());
    }
  }
}

TEST(EngineConfigurationTest, IsChecked) {
  EngineHarness harness;
  const auto refused = [&](auto change) {
    v1::EngineConfiguration configuration;
    change(configuration);
    return Engine::New(configuration, harness.ports()).status();
  };
  EXPECT_THAT(
      refused([](auto& c) { c.set_account_id("12345678901x"); }),
      IsRefusal(v1::REASON_CONFIGURATION_ACCOUNT, "Configuration.AccountId"));
  EXPECT_THAT(
      refused([](auto& c) { c.set_region("US"); }),
      IsRefusal(v1::REASON_CONFIGURATION_REGION, "Configuration.Region"));
  EXPECT_THAT(
      refused([](auto& c) { c.set_partition("gcp"); }),
      IsRefusal(v1::REASON_CONFIGURATION_PARTITION, "Configuration.Partition"));
  EXPECT_THAT(
      refused([](auto& c) {
        c.set_signature_check(static_cast<v1::SignatureCheck>(7));
      }),
      IsRefusal(v1::REASON_CONFIGURATION_ENUM, "Configuration.SignatureCheck"));
}

TEST(EngineConfigurationTest, NamesItsResources) {
  v1::EngineConfiguration configuration;
  configuration.set_account_id("123456789012");
  configuration.set_region("cn-north-1");
  configuration.set_partition("aws-cn");
  EngineHarness harness(configuration);
  const auto root = harness.CreateRoot("Root");
  ASSERT_THAT(root, IsOk());
  EXPECT_THAT(*root,
              testing::StartsWith("arn:aws-cn:acm-pca:cn-north-1:123456789012:"
                                  "certificate-authority/"));
}

}  // namespace
}  // namespace pki
