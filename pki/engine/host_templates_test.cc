// Templates of the host's own: loaded when an engine opens, under ARNs of its
// account, and held to the lint profiles that they name.
#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/engine/engine.h"
#include "pki/lint/lint.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/wire/json.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"

namespace pki {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kAccount[] = "123456789012";
constexpr char kArnPrefix[] =
    "arn:aws:acm-pca:eu-west-1:123456789012:template/";

// The last second that a certificate can name, as END_DATE has it.
constexpr int64_t kNoEnd = 99991231235959;

constexpr char kCommonName[] = "2.5.4.3";
constexpr char kVendor[] = "1.3.6.1.4.1.37244.2.1";
constexpr char kProduct[] = "1.3.6.1.4.1.37244.2.2";

std::string Devices() {
  std::ifstream file("testdata/host_templates/devices.textproto");
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

v1::EngineConfiguration Configuration(const std::vector<std::string>& texts) {
  v1::EngineConfiguration configuration;
  configuration.set_account_id(kAccount);
  configuration.set_region("eu-west-1");
  for (const std::string& text : texts) {
    configuration.add_template_catalogue_texts(text);
  }
  return configuration;
}

std::string OwnArn(absl::string_view name) {
  return absl::StrCat(kArnPrefix, name);
}

using Attributes = std::vector<std::pair<const char*, const char*>>;

v1::ASN1Subject Subject(const Attributes& attributes) {
  v1::ASN1Subject subject;
  for (const auto& [type, value] : attributes) {
    v1::CustomAttribute& attribute = *subject.add_custom_attributes();
    attribute.set_object_identifier(type);
    attribute.set_value(value);
  }
  return subject;
}

// A CA that has no certificate yet, and the CSR that it asks with.
struct NewCa {
  std::string arn;
  Bytes csr;
};
NewCa Create(EngineHarness& harness, v1::CertificateAuthorityType type,
             const Attributes& subject) {
  auto request = EngineHarness::CreateRequest(type, "");
  *request.mutable_certificate_authority_configuration()->mutable_subject() =
      Subject(subject);
  NewCa ca;
  ca.arn = harness.Create(request).value();
  v1::GetCertificateAuthorityCsrRequest get;
  get.set_certificate_authority_arn(ca.arn);
  ca.csr = harness.Call<v1::GetCertificateAuthorityCsrResponse>(get)->csr();
  return ca;
}

v1::IssueCertificateRequest RequestFor(EngineHarness& harness,
                                       absl::string_view ca, ByteView csr,
                                       absl::string_view template_arn,
                                       int64_t end = kNoEnd) {
  auto request = harness.IssueRequest(ca, csr);
  request.set_template_arn(std::string(template_arn));
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_END_DATE);
  request.mutable_validity()->set_value(end);
  return request;
}

// What ExplainIssuance finds.
std::vector<std::string> Findings(EngineHarness& harness,
                                  const v1::IssueCertificateRequest& request) {
  v1::ExplainIssuanceResponse response;
  EXPECT_THAT(harness.engine().Call("ExplainIssuance", request, &response),
              IsOk());
  EXPECT_EQ(response.template_arn(), request.template_arn());
  std::vector<std::string> reasons;
  for (const v1::LintFinding& finding : response.findings()) {
    EXPECT_FALSE(finding.citation().empty());
    reasons.push_back(finding.reason());
  }
  return reasons;
}

Bytes DeviceCsr() {
  return TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "ignored");
}

// A certificate issued for a request that lint finds nothing in.
v1::GetCertificateResponse IssueFlawless(
    EngineHarness& harness, const v1::IssueCertificateRequest& request) {
  EXPECT_THAT(Findings(harness, request), IsEmpty());
  auto issued = harness.Issue(request);
  EXPECT_THAT(issued, IsOk());
  if (!issued.ok()) return v1::GetCertificateResponse();
  EXPECT_THAT(harness.Verify(*issued), IsOk());
  return *std::move(issued);
}

TEST(HostTemplatesTest, IssueAMatterChain) {
  EngineHarness harness(Configuration({Devices()}));
  const NewCa paa = Create(harness, v1::CERTIFICATE_AUTHORITY_TYPE_ROOT,
                           {{kCommonName, "Example PAA"}, {kVendor, "FFF1"}});
  const auto paa_issued = IssueFlawless(
      harness,
      RequestFor(harness, paa.arn, View(paa.csr), OwnArn("MatterPaa/V1")));
  ASSERT_THAT(harness.Import(paa.arn, paa_issued), IsOk());

  const NewCa pai = Create(
      harness, v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE,
      {{kCommonName, "Example PAI"}, {kVendor, "FFF1"}, {kProduct, "8000"}});
  const auto pai_issued = IssueFlawless(
      harness, RequestFor(harness, paa.arn, View(pai.csr),
                          OwnArn("MatterPai/V1"), 20491231235959));
  ASSERT_THAT(harness.Import(pai.arn, pai_issued), IsOk());

  auto dac = RequestFor(harness, pai.arn, View(DeviceCsr()),
                        OwnArn("MatterDac_APIPassthrough/V1"), 20481231235959);
  *dac.mutable_api_passthrough()->mutable_subject() = Subject(
      {{kCommonName, "Example DAC"}, {kVendor, "FFF1"}, {kProduct, "8000"}});
  IssueFlawless(harness, dac);

  // A device of another product: the profile refuses what RFC 5280 allows.
  *dac.mutable_api_passthrough()->mutable_subject() = Subject(
      {{kCommonName, "Example DAC"}, {kVendor, "FFF1"}, {kProduct, "8001"}});
  EXPECT_THAT(harness.Issue(dac),
              IsRefusal(v1::REASON_LINT_MATTER_ISSUER_PRODUCT_ID,
                        absl::StrCat("Certificate.subject[", kProduct, "]")));
  dac.set_template_arn(TemplateArnOf("EndEntityCertificate_APIPassthrough"));
  EXPECT_THAT(harness.Issue(dac), IsOk());
}

// A subjectAltName with one hardwareModuleName of this value.
v1::CustomExtension HardwareModuleName(const Bytes& value) {
  const Bytes type = *oid::FromText("1.3.6.1.5.5.7.8.4");
  v1::CustomExtension extension;
  extension.set_object_identifier("2.5.29.17");
  extension.set_value(absl::Base64Escape(EncodeGeneralNames(
      {{GeneralNameForm::kOtherName, View(value), View(type)}})));
  return extension;
}

Bytes ModuleName() {
  der::Writer name;
  name.Add(der::kSequence, [](der::Writer& fields) {
    fields.AddOid(View(*oid::FromText("1.3.6.1.4.1.99999.1")));
    fields.AddText(der::kOctetString, "SN-0001");
  });
  return name.Finish();
}

TEST(HostTemplatesTest, IssueAnIdevid) {
  EngineHarness harness(Configuration({Devices()}));
  const NewCa root = Create(harness, v1::CERTIFICATE_AUTHORITY_TYPE_ROOT,
                            {{kCommonName, "Manufacturer"}});
  ASSERT_THAT(
      harness.Import(root.arn, *harness.Issue(RequestFor(
                                   harness, root.arn, View(root.csr),
                                   TemplateArnOf("RootCACertificate")))),
      IsOk());
  auto request = RequestFor(harness, root.arn, View(DeviceCsr()),
                            OwnArn("Idevid_APIPassthrough/V1"));
  request.mutable_api_passthrough()->mutable_subject()->set_serial_number(
      "SN-0001");
  *request.mutable_api_passthrough()
       ->mutable_extensions()
       ->add_custom_extensions() = HardwareModuleName(ModuleName());
  IssueFlawless(harness, request);
}

TEST(HostTemplatesTest, AreListedShownAndRecordedUnderTheirArns) {
  EngineHarness harness(Configuration({Devices()}));
  const auto listed =
      harness.Call<v1::ListTemplatesResponse>(v1::ListTemplatesRequest());
  ASSERT_THAT(listed, IsOk());
  EXPECT_EQ(listed->templates_size(), 61 + 6);
  std::vector<std::string> own;
  for (const v1::TemplateSummary& summary : listed->templates()) {
    if (absl::StartsWith(summary.template_arn(), kArnPrefix)) {
      own.push_back(summary.template_arn().substr(sizeof(kArnPrefix) - 1));
    }
  }
  EXPECT_THAT(
      own, ElementsAre("Idevid_APIPassthrough/V1", "Idevid_CSRPassthrough/V1",
                       "MatterDac/V1", "MatterDac_APIPassthrough/V1",
                       "MatterPaa/V1", "MatterPai/V1"));

  v1::DescribeTemplateRequest describe;
  describe.set_template_arn(OwnArn("MatterPaa/V1"));
  const auto described = harness.Call<v1::DescribeTemplateResponse>(describe);
  ASSERT_THAT(described, IsOk());
  EXPECT_THAT(described->template_().lint_profiles(),
              ElementsAre(v1::LINT_PROFILE_MATTER_PAA));
  describe.set_template_arn(
      "arn:aws:acm-pca:eu-west-1:000000000000:template/MatterPaa/V1");
  EXPECT_THAT(harness.Call<v1::DescribeTemplateResponse>(describe),
              IsRefusal(v1::REASON_TEMPLATE_UNKNOWN, "Request.TemplateArn"));

  const std::string root = harness.CreateRoot("Root").value();
  ASSERT_THAT(
      harness.Issue(RequestFor(
          harness, root,
          View(TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device")),
          OwnArn("Idevid_CSRPassthrough/V1"), 20300101000000)),
      IsOk());
  std::vector<std::string> recorded;
  for (const auto& [key, value] : harness.Stored()) {
    v1::CertificateRecord record;
    if (absl::StartsWith(key, "cert") && record.ParseFromString(value)) {
      recorded.push_back(record.template_arn());
    }
  }
  EXPECT_THAT(recorded, Contains(OwnArn("Idevid_CSRPassthrough/V1")));
}

TEST(HostTemplatesTest, ComeAsMessagesToo) {
  // From JSON, as any configuration, and on top of what comes as text.
  v1::EngineConfiguration configuration;
  ASSERT_THAT(ReadJson(R"({
      "accountId": "123456789012", "region": "eu-west-1",
      "templateCatalogues": [{
        "defaultTemplate": "Message/V1",
        "templates": [{
          "name": "Message", "kind": "END_ENTITY", "varieties": ["base"],
          "ruleSets": ["none"], "lintProfiles": ["IEEE_802_1AR_IDEVID"]}]}],
      "templateCatalogueTexts": [
        "rule_sets { name: 'none' } )"
                       R"(templates { name: 'Text' varieties: 'base' )"
                       R"(kind: CERTIFICATE_KIND_END_ENTITY )"
                       R"(rule_sets: 'none' }"]})",
                       &configuration),
              IsOk());
  EngineHarness harness(configuration);
  const std::string root = harness.CreateRoot("Root").value();
  v1::ExplainIssuanceResponse explained;
  ASSERT_THAT(harness.engine().Call(
                  "ExplainIssuance",
                  harness.IssueRequest(root, View(DeviceCsr())), &explained),
              IsOk());
  EXPECT_EQ(explained.template_arn(), OwnArn("Message/V1"));
  v1::DescribeTemplateRequest describe;
  describe.set_template_arn(OwnArn("Text/V1"));
  EXPECT_THAT(harness.Call<v1::DescribeTemplateResponse>(describe), IsOk());
}

TEST(HostTemplatesTest, MistakesAreFoundWhenTheEngineOpens) {
  const EngineHarness harness;
  const auto open = [&](const v1::EngineConfiguration& configuration) {
    return Engine::New(configuration, harness.ports()).status();
  };
  EXPECT_THAT(open(Configuration({Devices()})), IsOk());
  EXPECT_THAT(open(Configuration({Devices(), "templates {"})),
              IsRefusal(v1::REASON_TEMPLATE_TEXT,
                        "Configuration.TemplateCatalogueTexts[1]"));
  EXPECT_THAT(open(Configuration({Devices(), Devices()})),
              IsRefusal(v1::REASON_TEMPLATE_DUPLICATE,
                        "Configuration.TemplateCatalogueTexts[1]"));
  v1::EngineConfiguration configuration = Configuration({Devices()});
  v1::BaseTemplate& form =
      *configuration.add_template_catalogues()->add_templates();
  form.set_name("Own");
  form.set_kind(v1::CERTIFICATE_KIND_END_ENTITY);
  form.add_varieties("none");
  EXPECT_THAT(open(configuration),
              IsRefusal(v1::REASON_TEMPLATE_REFERENCE,
                        "Configuration.TemplateCatalogues[0]"));
}

// ---- Every rule of a profile, broken by a request -------------------------

// One template T, in the variety "api".
struct Form {
  const char* profile;
  const char* kind = "END_ENTITY";
  const char* basic_constraints = "critical: true";
  const char* key_usage = "DIGITAL_SIGNATURE";
  // Rules in place of the general ones.
  const char* rules = "";
};

std::string Catalogue(const Form& form) {
  return absl::StrCat(
      "rule_sets { name: 'own' ", form.rules, " }",
      "templates { name: 'T' varieties: 'api' kind: CERTIFICATE_KIND_",
      form.kind, " rule_sets: [ 'own' ] extensions { basic_constraints { ",
      form.basic_constraints, " } ",
      *form.key_usage == '\0'
          ? ""
          : absl::StrCat("key_usage { critical: true bits: [ KEY_USAGE_BIT_",
                         form.key_usage, " ] }"),
      " } lint_profiles: LINT_PROFILE_", form.profile, " }");
}

constexpr char kCaUsage[] = "KEY_CERT_SIGN, KEY_USAGE_BIT_CRL_SIGN";
constexpr char kCa[] = "critical: true ca: true";
constexpr char kNoAuthorityKey[] = "rules { oid: '2.5.29.35' }";

Form Dac() { return {"MATTER_DAC"}; }
Form Pai() {
  return {"MATTER_PAI", "SUBORDINATE_CA",
          "critical: true ca: true path_length: 0", kCaUsage};
}
Form Paa() { return {"MATTER_PAA", "ROOT_CA", kCa, kCaUsage}; }
Form Idevid() { return {"IEEE_802_1AR_IDEVID"}; }

Form With(Form form, const char* Form::*member, const char* value) {
  form.*member = value;
  return form;
}

struct Case {
  v1::Reason reason;
  Form form;
  // Of the CA that signs, and of the certificate; for a root there is only one.
  Attributes issuer;
  Attributes subject;
  std::function<void(v1::IssueCertificateRequest&)> change =
      [](v1::IssueCertificateRequest&) {};
};

const Attributes kIssuer = {{kCommonName, "CA"}, {kVendor, "FFF1"}};
const Attributes kDevice = {
    {kCommonName, "Device"}, {kVendor, "FFF1"}, {kProduct, "8000"}};
const Attributes kSerial = {{kCommonName, "Device"}, {"2.5.4.5", "SN-0001"}};

void SetSubjectAltName(const Bytes& module_name,
                       v1::IssueCertificateRequest& request) {
  *request.mutable_api_passthrough()
       ->mutable_extensions()
       ->add_custom_extensions() = HardwareModuleName(module_name);
}

std::vector<Case> Cases() {
  return {
      {v1::REASON_LINT_MATTER_SIGNATURE, Dac(), kIssuer, kDevice,
       [](auto& r) {
         r.set_signing_algorithm(v1::SIGNING_ALGORITHM_SHA384WITHECDSA);
       }},
      {v1::REASON_LINT_MATTER_KEY, Dac(), kIssuer, kDevice,
       [](auto& r) {
         r.set_csr(
             TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_SECP384R1), "ignored"));
       }},
      {v1::REASON_LINT_MATTER_PAA_BASIC_CONSTRAINTS,
       With(Paa(), &Form::basic_constraints,
            "critical: true ca: true path_length: 2"),
       kIssuer,
       {}},
      {v1::REASON_LINT_MATTER_PAI_BASIC_CONSTRAINTS,
       With(Pai(), &Form::basic_constraints,
            "critical: true ca: true path_length: 1"),
       kIssuer, kDevice},
      {v1::REASON_LINT_MATTER_DAC_BASIC_CONSTRAINTS,
       With(Dac(), &Form::basic_constraints, ""), kIssuer, kDevice},
      {v1::REASON_LINT_MATTER_CA_KEY_USAGE,
       With(Pai(), &Form::key_usage, "KEY_CERT_SIGN"), kIssuer, kDevice},
      {v1::REASON_LINT_MATTER_DAC_KEY_USAGE,
       With(Dac(), &Form::key_usage, "KEY_AGREEMENT"), kIssuer, kDevice},
      {v1::REASON_LINT_MATTER_AUTHORITY_KEY_IDENTIFIER,
       With(Dac(), &Form::rules, kNoAuthorityKey), kDevice, kDevice},
      {v1::REASON_LINT_MATTER_ID_TEXT,
       Dac(),
       kIssuer,
       {{kVendor, "FFF1"}, {kProduct, "80ab"}}},
      {v1::REASON_LINT_MATTER_VENDOR_ID,
       Pai(),
       kIssuer,
       {{kCommonName, "PAI without a vendor"}}},
      {v1::REASON_LINT_MATTER_PAA_VENDOR_ID,
       Paa(),
       {{kVendor, "FFF1"}, {kVendor, "FFF2"}},
       {}},
      {v1::REASON_LINT_MATTER_DAC_PRODUCT_ID,
       Dac(),
       kIssuer,
       {{kVendor, "FFF1"}}},
      {v1::REASON_LINT_MATTER_PAI_PRODUCT_ID,
       Pai(),
       kIssuer,
       {{kVendor, "FFF1"}, {kProduct, "8000"}, {kProduct, "8001"}}},
      {v1::REASON_LINT_MATTER_PAA_PRODUCT_ID, Paa(), kDevice, {}},
      {v1::REASON_LINT_MATTER_ISSUER_VENDOR_ID,
       Pai(),
       kIssuer,
       {{kVendor, "FFF2"}}},
      {v1::REASON_LINT_MATTER_ISSUER_PRODUCT_ID,
       Dac(),
       {{kVendor, "FFF1"}, {kProduct, "8001"}},
       kDevice},
      {v1::REASON_LINT_MATTER_DAC_ISSUER,
       Dac(),
       {{kCommonName, "a CA of no vendor"}},
       kDevice},
      {v1::REASON_LINT_MATTER_PAA_ISSUER,
       With(Paa(), &Form::kind, "SUBORDINATE_CA"),
       kIssuer,
       {{kCommonName, "PAA"}}},
      {v1::REASON_LINT_IDEVID_CA,
       {"IEEE_802_1AR_IDEVID", "SUBORDINATE_CA", kCa, kCaUsage},
       kIssuer,
       kSerial},
      {v1::REASON_LINT_IDEVID_AUTHORITY_KEY_IDENTIFIER,
       With(Idevid(), &Form::rules, kNoAuthorityKey), kSerial, kSerial},
      {v1::REASON_LINT_IDEVID_HARDWARE_MODULE_NAME, Idevid(), kIssuer, kSerial,
       [](auto& r) {
         der::Writer text;
         text.AddText(der::kUtf8String, "SN-0001");
         SetSubjectAltName(text.Finish(), r);
       }},
      {v1::REASON_LINT_IDEVID_SUBJECT_ALT_NAME, Idevid(), kIssuer, kSerial,
       [](auto& r) {
         r.mutable_api_passthrough()
             ->mutable_extensions()
             ->add_subject_alternative_names()
             ->set_dns_name("device.example");
       }},
      {v1::REASON_LINT_IDEVID_SERIAL_NUMBER,
       Idevid(),
       kIssuer,
       {{kCommonName, "Device"}}},
      {v1::REASON_LINT_IDEVID_EXPIRY, Idevid(), kIssuer, kSerial,
       [](auto& r) { r.mutable_validity()->set_value(20301231235959); }},
      {v1::REASON_LINT_IDEVID_KEY_USAGE, With(Idevid(), &Form::key_usage, ""),
       kIssuer, kSerial},
  };
}

// The request of a case, on a CA of its own.
v1::IssueCertificateRequest Build(EngineHarness& harness, const Case& c) {
  const NewCa root =
      Create(harness, v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, c.issuer);
  const std::string arn = OwnArn("T_APIPassthrough/V1");
  const bool signs_itself = absl::string_view(c.form.kind) == "ROOT_CA";
  if (!signs_itself) {
    EXPECT_THAT(
        harness.Import(root.arn, *harness.Issue(RequestFor(
                                     harness, root.arn, View(root.csr),
                                     TemplateArnOf("RootCACertificate")))),
        IsOk());
  }
  auto request = RequestFor(harness, root.arn,
                            View(signs_itself ? root.csr : DeviceCsr()), arn);
  // A CA ends before the one above it.
  if (absl::string_view(c.form.kind) == "SUBORDINATE_CA") {
    request.mutable_validity()->set_value(kNoEnd - 1);
  }
  if (!c.subject.empty()) {
    *request.mutable_api_passthrough()->mutable_subject() = Subject(c.subject);
  }
  c.change(request);
  return request;
}

TEST(HostTemplatesTest, EveryRuleOfAProfileIsEnforced) {
  std::vector<v1::Reason> tried;
  for (const Case& c : Cases()) {
    SCOPED_TRACE(v1::Reason_Name(c.reason));
    tried.push_back(c.reason);
    EngineHarness harness(Configuration({Catalogue(c.form)}));
    const auto request = Build(harness, c);
    EXPECT_THAT(Findings(harness, request),
                Contains(v1::Reason_Name(c.reason)));
    const std::vector<RuleName> rules = AllRules();
    const auto rule = std::find_if(
        rules.begin(), rules.end(),
        [&](const RuleName& name) { return name.reason == c.reason; });
    if (rule->severity == Severity::kError) {
      EXPECT_THAT(harness.Issue(request), IsRefusal(c.reason));
    } else {
      EXPECT_THAT(harness.Issue(request), IsOk());
    }
  }
  std::vector<v1::Reason> rules;
  for (const RuleName& rule : AllRules()) {
    if (rule.of_profile) rules.push_back(rule.reason);
  }
  EXPECT_THAT(tried, testing::UnorderedElementsAreArray(rules));
}

}  // namespace
}  // namespace pki
