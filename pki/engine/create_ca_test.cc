// CreateCertificateAuthority: each refusal, with nothing stored, and tokens
// that meet.
#include <gmock/gmock.h>

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "pki/engine/context.h"
#include "pki/engine/engine.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using Request = v1::CreateCertificateAuthorityRequest;

Request GoodRequest() {
  return EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT,
                                      "Root");
}

TEST(CreateCaTest, RefusesAndKeepsNothing) {
  const std::string configuration = "Request.CertificateAuthorityConfiguration";
  const struct {
    const char* name;
    v1::Reason reason;
    std::string field;
    std::function<void(Request&)> change;
  } kFaults[] = {
      {"no type", v1::REASON_FIELD_REQUIRED, "Request.CertificateAuthorityType",
       [](Request& r) { r.clear_certificate_authority_type(); }},
      {"algorithm of another family", v1::REASON_SIGNING_ALGORITHM_MISMATCH,
       configuration + ".SigningAlgorithm",
       [](Request& r) {
         r.mutable_certificate_authority_configuration()->set_signing_algorithm(
             v1::SIGNING_ALGORITHM_SHA256WITHRSA);
       }},
      {"ML-DSA", v1::REASON_KEY_ALGORITHM_UNSUPPORTED,
       configuration + ".KeyAlgorithm",
       [](Request& r) {
         auto& c = *r.mutable_certificate_authority_configuration();
         c.set_key_algorithm(v1::KEY_ALGORITHM_ML_DSA_65);
         c.set_signing_algorithm(v1::SIGNING_ALGORITHM_ML_DSA_65);
       }},
      {"ML-DSA for an EC key", v1::REASON_SIGNING_ALGORITHM_UNSUPPORTED,
       configuration + ".SigningAlgorithm",
       [](Request& r) {
         r.mutable_certificate_authority_configuration()->set_signing_algorithm(
             v1::SIGNING_ALGORITHM_ML_DSA_65);
       }},
      {"no subject", v1::REASON_CA_SUBJECT, configuration + ".Subject",
       [](Request& r) {
         r.mutable_certificate_authority_configuration()
             ->mutable_subject()
             ->clear_common_name();
       }},
      {"a CSR that nobody takes", v1::REASON_CA_CSR_SIZE, configuration,
       [](Request& r) {
         for (int i = 0; i < 100; ++i) {
           auto& access = *r.mutable_certificate_authority_configuration()
                               ->mutable_csr_extensions()
                               ->add_subject_information_access();
           access.mutable_access_method()->set_access_method_type(
               v1::ACCESS_METHOD_TYPE_CA_REPOSITORY);
           access.mutable_access_location()->set_dns_name(
               std::string(250, 'a'));
         }
       }},
      {"mixed subject", v1::REASON_SUBJECT_MIXED,
       configuration + ".Subject.CustomAttributes",
       [](Request& r) {
         auto& attribute = *r.mutable_certificate_authority_configuration()
                                ->mutable_subject()
                                ->add_custom_attributes();
         attribute.set_object_identifier("2.5.4.3");
         attribute.set_value("Root");
       }},
      {"two forms of a name", v1::REASON_GENERAL_NAME_CHOICE,
       configuration +
           ".CsrExtensions.SubjectInformationAccess[0].AccessLocation",
       [](Request& r) {
         auto& access = *r.mutable_certificate_authority_configuration()
                             ->mutable_csr_extensions()
                             ->add_subject_information_access();
         access.mutable_access_method()->set_access_method_type(
             v1::ACCESS_METHOD_TYPE_CA_REPOSITORY);
         access.mutable_access_location()->set_dns_name("a.example.com");
         access.mutable_access_location()->set_rfc822_name("a@example.com");
       }},
      {"CRL without a bucket", v1::REASON_CRL_CONFIGURATION,
       "Request.RevocationConfiguration.CrlConfiguration.S3BucketName",
       [](Request& r) {
         auto& crl =
             *r.mutable_revocation_configuration()->mutable_crl_configuration();
         crl.set_enabled(true);
         crl.set_expiration_in_days(7);
       }},
      {"tag given twice", v1::REASON_TAG_DUPLICATE, "Request.Tags[2].Key",
       [](Request& r) {
         for (const char* key : {"a", "b", "a"}) r.add_tags()->set_key(key);
       }},
  };
  EngineHarness harness;
  for (const auto& fault : kFaults) {
    SCOPED_TRACE(fault.name);
    Request request = GoodRequest();
    fault.change(request);
    EXPECT_THAT(harness.Create(request), IsRefusal(fault.reason, fault.field));
    EXPECT_TRUE(harness.Stored().empty());
  }
}

TEST(CreateCaTest, ALostRaceIsRunAgain) {
  EngineHarness harness;
  Request with_token = GoodRequest();
  with_token.set_idempotency_token("token");
  for (const Request& request : {GoodRequest(), with_token}) {
    harness.store().LoseRaces(kMaxAttempts);
    EXPECT_THAT(harness.Create(request), IsRefusal(v1::REASON_LOST_RACE));
    EXPECT_TRUE(harness.Stored().empty());
  }
  harness.store().LoseRaces(kMaxAttempts - 1);
  EXPECT_THAT(harness.Create(with_token), IsOk());
}

TEST(CreateCaTest, ARetryAfterALostAnswerGetsWhatIsOnRecord) {
  EngineHarness harness;
  Request request = GoodRequest();
  request.set_idempotency_token("token");
  harness.store().LoseAnswers(1);
  // The key is made, opened and used: its next use is the fourth.
  harness.keys().FailAt(4);
  EXPECT_THAT(harness.Create(request), IsRefusal(v1::REASON_STORE_FAILED));
  const auto stored = harness.Stored();
  const auto arn = harness.Create(request);
  ASSERT_THAT(arn, IsOk());
  EXPECT_TRUE(harness.Stored() == stored);
  // It was not destroyed, then.
  const absl::Time end = HarnessTime() + absl::Hours(24);
  EXPECT_THAT(harness.IssueForCa(*arn, *arn, "RootCACertificate", end),
              IsRefusal(v1::REASON_CRYPTO_FAILED));
  EXPECT_THAT(harness.IssueForCa(*arn, *arn, "RootCACertificate", end), IsOk());
}

TEST(CreateCaTest, KeepsNothingThatItDoesNotKnow) {
  EngineHarness harness;
  Request request = GoodRequest();
  auto& subject =
      *request.mutable_certificate_authority_configuration()->mutable_subject();
  subject.GetReflection()->MutableUnknownFields(&subject)->AddLengthDelimited(
      9999, "from the future");
  const auto arn = harness.Create(request);
  ASSERT_THAT(arn, IsOk());
  for (const auto& [key, value] : harness.Stored()) {
    EXPECT_EQ(value.find("from the future"), Bytes::npos) << key;
  }
}

}  // namespace
}  // namespace pki
