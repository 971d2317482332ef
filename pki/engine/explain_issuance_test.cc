// What is explained is what would be issued, and every loser has its rule.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using testing::UnorderedElementsAre;

// "API:EARLIER_SOURCE" for each value that lost.
std::vector<std::string> Losers(const v1::FieldExplanation& field) {
  std::vector<std::string> losers;
  for (const v1::LosingValue& loser : field.losers()) {
    EXPECT_FALSE(loser.explanation().empty());
    EXPECT_FALSE(loser.value().empty());
    losers.push_back(absl::StrCat(v1::Source_Name(loser.source()), ":",
                                  v1::ResolutionRule_Name(loser.resolution())));
  }
  return losers;
}

// What follows the serial of a TBSCertificate: all but the version before it,
// and the serial, which is random.
Bytes BehindSerial(ByteView tbs) {
  const auto parsed = ParseTbsCertificate(tbs);
  if (!parsed.has_value()) {
    ADD_FAILURE() << "no TBSCertificate";
    return Bytes();
  }
  const ByteView serial = parsed->serial;
  return Copy(tbs.subspan(serial.data() + serial.size() - tbs.data()));
}

class ExplainIssuanceTest : public testing::Test {
 protected:
  absl::StatusOr<v1::ExplainIssuanceResponse> Explain(
      const v1::IssueCertificateRequest& request) {
    v1::ExplainIssuanceResponse response;
    PKI_RETURN_IF_ERROR(
        harness_.engine().Call("ExplainIssuance", request, &response));
    return response;
  }

  static const v1::FieldExplanation* Find(
      const v1::ExplainIssuanceResponse& response, absl::string_view name) {
    const auto found = std::find_if(
        response.fields().begin(), response.fields().end(),
        [name](const auto& field) { return field.name() == name; });
    return found == response.fields().end() ? nullptr : &*found;
  }

  EngineHarness harness_;
  const std::string root_ = harness_.CreateRoot("Root").value();
  const PrivateKey key_ = NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1);
};

TEST_F(ExplainIssuanceTest, NamesEveryLoserAndItsRule) {
  const ByteView purpose[] = {oid::kCodeSigning};
  const Bytes csr =
      TestCsr(key_, "from the CSR",
              {TestSubjectAltName("csr.example"),
               EncodeExtension(oid::kBasicConstraints, true,
                               View(EncodeBasicConstraints({true, 0}))),
               EncodeExtension(oid::kExtendedKeyUsage, false,
                               View(EncodeExtendedKeyUsage(purpose)))});
  v1::IssueCertificateRequest request = harness_.IssueRequest(root_, View(csr));
  request.set_template_arn(
      TemplateArnOf("EndEntityClientAuthCertificate_APIPassthrough"));
  v1::ApiPassthrough& api = *request.mutable_api_passthrough();
  api.mutable_subject()->set_common_name("from the API");
  api.mutable_extensions()->add_subject_alternative_names()->set_dns_name(
      "api.example");
  api.mutable_extensions()
      ->add_extended_key_usage()
      ->set_extended_key_usage_type(v1::EXTENDED_KEY_USAGE_TYPE_CODE_SIGNING);
  const auto explained = Explain(request);
  ASSERT_THAT(explained, IsOk());

  const auto* subject = Find(*explained, "subject");
  EXPECT_EQ(subject->source(), v1::SOURCE_API);
  EXPECT_EQ(subject->value(), TestName("from the API"));
  EXPECT_THAT(
      Losers(*subject),
      UnorderedElementsAre("SOURCE_CSR:RESOLUTION_RULE_EARLIER_SOURCE"));
  const auto* san = Find(*explained, "subjectAltName");
  EXPECT_EQ(san->source(), v1::SOURCE_API);
  EXPECT_THAT(Losers(*san), UnorderedElementsAre(
                                "SOURCE_CSR:RESOLUTION_RULE_EARLIER_SOURCE"));
  const auto* purposes = Find(*explained, "extKeyUsage");
  EXPECT_EQ(purposes->source(), v1::SOURCE_TEMPLATE);
  EXPECT_THAT(
      Losers(*purposes),
      UnorderedElementsAre("SOURCE_API:RESOLUTION_RULE_SOURCE_NOT_TAKEN",
                           "SOURCE_CSR:RESOLUTION_RULE_SOURCE_NOT_TAKEN"));
  const auto* constraints = Find(*explained, "basicConstraints");
  EXPECT_EQ(constraints->source(), v1::SOURCE_TEMPLATE);
  EXPECT_THAT(
      Losers(*constraints),
      UnorderedElementsAre("SOURCE_CSR:RESOLUTION_RULE_SOURCE_NOT_TAKEN"));
  EXPECT_EQ(Find(*explained, "subjectKeyIdentifier")->source(),
            v1::SOURCE_ENGINE);
  EXPECT_EQ(Find(*explained, "validity")->source(), v1::SOURCE_API);
}

TEST_F(ExplainIssuanceTest, ShowsWhatIsThenIssuedAndStoresNothing) {
  const Bytes csr =
      TestCsr(key_, "device", {TestSubjectAltName("device.example")});
  const auto request = harness_.IssueRequest(root_, View(csr));
  const size_t before = harness_.store().Scan({"", "~"}, 100)->size();
  const auto explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  EXPECT_EQ(explained->template_arn(), TemplateArnOf("EndEntityCertificate"));
  EXPECT_EQ(harness_.store().Scan({"", "~"}, 100)->size(), before);

  const auto issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  constexpr absl::string_view kLabels[] = {"CERTIFICATE"};
  const auto certificate = Certificate::Parse(
      View(DecodePem(issued->certificate(), kLabels)->front()), "Test");
  ASSERT_THAT(certificate, IsOk());
  EXPECT_EQ(BehindSerial(View(explained->tbs_certificate())),
            BehindSerial(certificate->tbs_der()));
}

TEST_F(ExplainIssuanceTest, FindsWhatLintWouldRefuse) {
  const Bytes csr = TestCsr(key_, std::string(65, 'x'));
  const auto request = harness_.IssueRequest(root_, View(csr));
  const auto refused = harness_.Issue(request);
  ASSERT_FALSE(refused.ok());
  const auto explained = Explain(request);
  ASSERT_THAT(explained, IsOk());
  const std::string rule = v1::Reason_Name(ReasonOf(refused.status()));
  EXPECT_TRUE(
      std::any_of(explained->findings().begin(), explained->findings().end(),
                  [&](const v1::LintFinding& finding) {
                    return finding.reason() == rule &&
                           finding.severity() == v1::LINT_SEVERITY_ERROR;
                  }));
}

TEST_F(ExplainIssuanceTest, RefusesWhatIssuingRefuses) {
  const auto request = harness_.IssueRequest(root_, View("no CSR"));
  EXPECT_THAT(Explain(request), IsRefusal(v1::REASON_CSR_DER, "Csr"));
}

TEST_F(ExplainIssuanceTest, TemplatesAreListedAndShown) {
  const auto listed =
      harness_.Call<v1::ListTemplatesResponse>(v1::ListTemplatesRequest());
  ASSERT_THAT(listed, IsOk());
  EXPECT_EQ(listed->templates_size(), 61);
  for (const v1::TemplateSummary& summary : listed->templates()) {
    v1::DescribeTemplateRequest request;
    request.set_template_arn(summary.template_arn());
    const auto described = harness_.Call<v1::DescribeTemplateResponse>(request);
    ASSERT_THAT(described, IsOk());
    EXPECT_EQ(described->template_().kind(), summary.kind());
    EXPECT_EQ(absl::StrCat("arn:aws:acm-pca:::template/",
                           described->template_().name()),
              summary.template_arn());
  }
}

}  // namespace
}  // namespace pki
