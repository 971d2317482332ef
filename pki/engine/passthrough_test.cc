// What callers pass through, in the cases that the guides and the standards for
// devices work out: precedence, a Matter chain, an IEEE 802.1AR IDevID.
#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

// The last second that a certificate can name (RFC 5280 section 4.1.2.5), as
// END_DATE has it.
constexpr int64_t kNoEnd = 99991231235959;

Certificate Parsed(absl::string_view pem) {
  return Certificate::Parse(View(DecodePem(pem, kLabels)->front()), "Test")
      .value();
}

v1::ApiPassthrough Passthrough(const std::string& text) {
  v1::ApiPassthrough api;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &api));
  return api;
}

// What certtool says of a chain. It knows no time but the present: what it is
// to like was issued long ago.
ProgramResult VerifyWithCerttool(const v1::GetCertificateResponse& issued) {
  const std::string& chain = issued.certificate_chain();
  const size_t root = chain.rfind("-----BEGIN");
  return RunProgram(
      {"certtool", "--verify",
       absl::StrCat("--load-ca-certificate=",
                    WriteTestFile("root.pem", chain.substr(root))),
       absl::StrCat(
           "--infile=",
           WriteTestFile("chain.pem", absl::StrCat(issued.certificate(), "\n",
                                                   chain.substr(0, root))))});
}

const absl::Time kLongAgo = absl::FromUnixSeconds(1577836800);  // 2020-01-01

// What openssl says of a certificate.
std::string Shown(const v1::GetCertificateResponse& issued) {
  return RunProgram({"openssl", "x509", "-noout", "-text", "-nameopt",
                     "RFC2253,-esc_msb", "-in",
                     WriteTestFile("shown.pem", issued.certificate())})
      .output;
}

class PassthroughTest : public testing::Test {
 protected:
  PassthroughTest() : key_(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1)) {}

  // A request to a new root, with a CSR that asks for these.
  v1::IssueCertificateRequest Request(
      absl::string_view template_name,
      const std::vector<Bytes>& csr_extensions = {}) {
    auto request =
        harness_.IssueRequest(harness_.CreateRoot("Root").value(),
                              View(TestCsr(key_, "device", csr_extensions)));
    request.set_template_arn(TemplateArnOf(template_name));
    return request;
  }

  EngineHarness harness_;
  const PrivateKey key_;
};

TEST_F(PassthroughTest, AnApiPurposeBesideThatOfTheTemplateIsIgnored) {
  auto request = Request("EndEntityClientAuthCertificate_APIPassthrough");
  *request.mutable_api_passthrough() = Passthrough(R"(
      extensions {
        extended_key_usage {
          extended_key_usage_type: EXTENDED_KEY_USAGE_TYPE_SERVER_AUTH
        }
      })");
  const auto issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  const Certificate certificate = Parsed(issued->certificate());
  EXPECT_THAT(
      ParseExtendedKeyUsage(certificate.Find(oid::kExtendedKeyUsage)->value)
          .value(),
      ElementsAre(oid::kClientAuth));
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
}

TEST_F(PassthroughTest, TheApisAlternativeNamesReplaceThoseOfTheCsr) {
  for (const char* name : {"EndEntityCertificate_APIPassthrough",
                           "EndEntityCertificate_APICSRPassthrough"}) {
    auto request = Request(name, {TestSubjectAltName("csr.example.com")});
    *request.mutable_api_passthrough() = Passthrough(R"(
        extensions {
          subject_alternative_names { dns_name: "api.example.com" }
        })");
    const auto issued = harness_.Issue(request);
    ASSERT_THAT(issued, IsOk());
    const Certificate certificate = Parsed(issued->certificate());
    EXPECT_EQ(Hex(certificate.Find(oid::kSubjectAltName)->der),
              Hex(View(TestSubjectAltName("api.example.com"))));
    EXPECT_THAT(harness_.Verify(*issued), IsOk());
  }
}

// Even what could not be taken.
TEST_F(PassthroughTest, ATemplateThatTakesNothingIgnoresApiPassthrough) {
  for (const char* name :
       {"EndEntityCertificate", "EndEntityCertificate_CSRPassthrough"}) {
    auto request = Request(name, {TestSubjectAltName("csr.example.com")});
    *request.mutable_api_passthrough() = Passthrough(R"(
        subject {
          common_name: "api"
          custom_attributes { object_identifier: "2.5.4.3" value: "api" }
        }
        extensions { key_usage {} })");
    const auto issued = harness_.Issue(request);
    ASSERT_THAT(issued, IsOk());
    EXPECT_EQ(NameToRfc2253(Parsed(issued->certificate()).tbs().subject),
              "CN=device");
  }
}

TEST_F(PassthroughTest, ACustomExtensionKeepsItsCriticality) {
  for (const bool critical : {false, true}) {
    auto request = Request("EndEntityCertificate_APIPassthrough");
    v1::CustomExtension& custom = *request.mutable_api_passthrough()
                                       ->mutable_extensions()
                                       ->add_custom_extensions();
    custom.set_object_identifier("1.3.6.1.4.1.99999.1");
    custom.set_value("BQA=");
    custom.set_critical(critical);
    const auto issued = harness_.Issue(request);
    ASSERT_THAT(issued, IsOk());
    const Certificate certificate = Parsed(issued->certificate());
    const Extension& last = certificate.tbs().extensions.back();
    EXPECT_EQ(oid::ToText(last.oid), "1.3.6.1.4.1.99999.1");
    EXPECT_EQ(Hex(last.value), "0500");
    EXPECT_EQ(last.critical, critical);
  }
}

// The blank templates leave it to the caller, within RFC 5280.
TEST_F(PassthroughTest, ACaNeedsAKeyUsageThatLetsItSign) {
  for (const char* name :
       {"BlankSubordinateCACertificate_PathLen0_APIPassthrough",
        "BlankRootCACertificate_APIPassthrough"}) {
    const bool is_root = absl::StrContains(name, "Root");
    const auto request = [&](const char* usage) {
      auto made = Request(name);
      if (is_root) {
        v1::GetCertificateAuthorityCsrRequest get;
        get.set_certificate_authority_arn(made.certificate_authority_arn());
        made.set_csr(
            harness_.Call<v1::GetCertificateAuthorityCsrResponse>(get)->csr());
      }
      *made.mutable_api_passthrough() =
          Passthrough(absl::StrCat("extensions {", usage, "}"));
      return made;
    };
    EXPECT_THAT(harness_.Issue(request("key_usage { crl_sign: true }")),
                IsRefusal(is_root ? v1::REASON_LINT_KEY_CERT_SIGN
                                  : v1::REASON_LINT_PATH_LENGTH));
    EXPECT_THAT(harness_.Issue(request("key_usage { key_cert_sign: true }")),
                IsOk());
    EXPECT_THAT(harness_.Issue(request("")), IsOk());
  }
}

// ---- Matter, core specification 1.x, section 6.2 --------------------------

constexpr char kVendor[] = "1.3.6.1.4.1.37244.2.1";
constexpr char kProduct[] = "1.3.6.1.4.1.37244.2.2";

void AddAttribute(const char* oid, const char* value,
                  v1::ASN1Subject* subject) {
  v1::CustomAttribute& attribute = *subject->add_custom_attributes();
  attribute.set_object_identifier(oid);
  attribute.set_value(value);
}

// A subject by custom attributes alone; `product` may be null.
v1::ASN1Subject MatterSubject(const char* common_name, const char* vendor,
                              const char* product) {
  v1::ASN1Subject subject;
  AddAttribute("2.5.4.3", common_name, &subject);
  AddAttribute(kVendor, vendor, &subject);
  if (product != nullptr) AddAttribute(kProduct, product, &subject);
  return subject;
}

// keyUsage as a custom extension, as the service's own sample has it.
v1::ApiPassthrough KeyUsageOf(uint16_t bits) {
  v1::ApiPassthrough api;
  v1::CustomExtension& usage =
      *api.mutable_extensions()->add_custom_extensions();
  usage.set_object_identifier("2.5.29.15");
  usage.set_critical(true);
  usage.set_value(absl::Base64Escape(EncodeKeyUsage(bits)));
  return api;
}

class MatterTest : public testing::TestWithParam<const char*> {
 protected:
  MatterTest() { harness_.clock().Set(kLongAgo); }

  // A CA with this subject, and the CSR that it asks with.
  std::string Create(v1::CertificateAuthorityType type,
                     const v1::ASN1Subject& subject) {
    auto request = EngineHarness::CreateRequest(type, "");
    *request.mutable_certificate_authority_configuration()->mutable_subject() =
        subject;
    return harness_.Create(request).value();
  }
  Bytes CsrOf(const std::string& arn) {
    v1::GetCertificateAuthorityCsrRequest get;
    get.set_certificate_authority_arn(arn);
    return harness_.Call<v1::GetCertificateAuthorityCsrResponse>(get)->csr();
  }
  absl::StatusOr<v1::GetCertificateResponse> Issue(
      const std::string& ca, const Bytes& csr, const char* template_name,
      int64_t end, const v1::ApiPassthrough& api) {
    auto request = harness_.IssueRequest(ca, View(csr));
    request.set_template_arn(TemplateArnOf(template_name));
    request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_END_DATE);
    request.mutable_validity()->set_value(end);
    *request.mutable_api_passthrough() = api;
    return harness_.Issue(request);
  }

  EngineHarness harness_;
};

TEST_P(MatterTest, AttestationChainComesOutRight) {
  // Product attestation authority.
  const std::string paa = Create(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT,
                                 MatterSubject("Example PAA", "FFF1", nullptr));
  const auto paa_issued = Issue(paa, CsrOf(paa), GetParam(), kNoEnd,
                                KeyUsageOf(kKeyCertSign | kCrlSign));
  ASSERT_THAT(paa_issued, IsOk());
  ASSERT_THAT(harness_.Import(paa, *paa_issued), IsOk());
  const Certificate paa_certificate = Parsed(paa_issued->certificate());

  // Product attestation intermediate.
  const std::string pai = Create(v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE,
                                 MatterSubject("Example PAI", "FFF1", "8000"));
  const auto pai_issued = Issue(
      paa, CsrOf(pai), "BlankSubordinateCACertificate_PathLen0_APIPassthrough",
      20491231235959, KeyUsageOf(kKeyCertSign | kCrlSign));
  ASSERT_THAT(pai_issued, IsOk());
  ASSERT_THAT(harness_.Import(pai, *pai_issued), IsOk());
  const Certificate pai_certificate = Parsed(pai_issued->certificate());
  EXPECT_EQ(NameToRfc2253(pai_certificate.tbs().subject),
            absl::StrCat(kProduct, "=#0c0438303030,", kVendor,
                         "=#0c0446464631,CN=Example PAI"));

  // Device attestation certificate.
  v1::ApiPassthrough api = KeyUsageOf(kDigitalSignature);
  *api.mutable_subject() = MatterSubject("Example DAC", "FFF1", "8000");
  const auto dac_issued = Issue(
      pai, TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "ignored"),
      "BlankEndEntityCertificate_CriticalBasicConstraints_APIPassthrough",
      20491231235959, api);
  ASSERT_THAT(dac_issued, IsOk());
  const Certificate dac = Parsed(dac_issued->certificate());
  EXPECT_EQ(NameToRfc2253(dac.tbs().subject),
            absl::StrCat(kProduct, "=#0c0438303030,", kVendor,
                         "=#0c0446464631,CN=Example DAC"));
  EXPECT_EQ(dac.tbs().issuer, pai_certificate.tbs().subject);
  EXPECT_EQ(pai_certificate.tbs().issuer, paa_certificate.tbs().subject);

  const auto value = [](const Certificate& certificate, ByteView oid) {
    const Extension* found = certificate.Find(oid);
    return found == nullptr ? std::string("none")
                            : absl::StrCat(found->critical ? "critical " : "",
                                           Hex(found->value));
  };
  // RFC 5280 sections 4.2.1.9 and 4.2.1.3, by hand.
  EXPECT_EQ(value(dac, oid::kBasicConstraints), "critical 3000");
  EXPECT_EQ(value(dac, oid::kKeyUsage), "critical 03020780");
  EXPECT_EQ(value(dac, oid::kExtendedKeyUsage), "none");
  EXPECT_EQ(value(pai_certificate, oid::kBasicConstraints),
            "critical 30060101ff020100");
  EXPECT_EQ(value(pai_certificate, oid::kKeyUsage), "critical 03020106");
  // The key identifiers are linked from end to end.
  const auto authority = [](const Certificate& certificate) {
    return Hex(*ParseAuthorityKeyIdentifier(
                    certificate.Find(oid::kAuthorityKeyIdentifier)->value)
                    ->key_identifier);
  };
  const auto subject = [](const Certificate& certificate) {
    return Hex(*ParseSubjectKeyIdentifier(
        certificate.Find(oid::kSubjectKeyIdentifier)->value));
  };
  EXPECT_EQ(authority(dac), subject(pai_certificate));
  EXPECT_EQ(authority(pai_certificate), subject(paa_certificate));

  EXPECT_THAT(harness_.Verify(*paa_issued), IsOk());
  EXPECT_THAT(harness_.Verify(*pai_issued), IsOk());
  EXPECT_THAT(harness_.Verify(*dac_issued), IsOk());
  const ProgramResult certtool = VerifyWithCerttool(*dac_issued);
  EXPECT_EQ(certtool.exit_status, 0) << certtool.output;
  EXPECT_THAT(Shown(*dac_issued), HasSubstr(kVendor));
  EXPECT_THAT(Shown(*paa_issued), HasSubstr("Dec 31 23:59:59 9999 GMT"));
}

INSTANTIATE_TEST_SUITE_P(
    Paa, MatterTest,
    testing::Values("RootCACertificate_APIPassthrough",
                    "BlankRootCACertificate_PathLen1_APIPassthrough"));

// ---- IEEE 802.1AR, clause 8: the initial device identifier ----------------

// hardwareModuleName (RFC 4108 section 5) as the value of a subjectAltName: an
// otherName whose value is no text, so that OtherName of the API cannot say it.
Bytes HardwareModuleName() {
  der::Writer name;
  name.Add(der::kSequence, [](der::Writer& fields) {
    fields.AddOid(View(*oid::FromText("1.3.6.1.4.1.99999.1")));
    fields.AddText(der::kOctetString, "SN-0001");
  });
  const Bytes value = name.Finish();
  const Bytes type = *oid::FromText("1.3.6.1.5.5.7.8.4");
  return EncodeGeneralNames(
      {{GeneralNameForm::kOtherName, View(value), View(type)}});
}

class IdevidTest : public PassthroughTest {
 protected:
  IdevidTest() { harness_.clock().Set(kLongAgo); }

  // A request to a root without end, for a device that is known by its serial
  // number.
  v1::IssueCertificateRequest IdevidRequest(
      absl::string_view template_name,
      const std::vector<Bytes>& csr_extensions = {}) {
    const std::string root =
        harness_
            .Create(EngineHarness::CreateRequest(
                v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Manufacturer"))
            .value();
    v1::GetCertificateAuthorityCsrRequest get;
    get.set_certificate_authority_arn(root);
    auto own = harness_.IssueRequest(
        root,
        View(
            harness_.Call<v1::GetCertificateAuthorityCsrResponse>(get)->csr()));
    own.set_template_arn(TemplateArnOf("RootCACertificate"));
    SetNoEnd(&own);
    EXPECT_THAT(harness_.Import(root, harness_.Issue(own).value()), IsOk());

    auto request = harness_.IssueRequest(
        root, View(TestCsr(key_, "ignored", csr_extensions)));
    request.set_template_arn(TemplateArnOf(template_name));
    SetNoEnd(&request);
    *request.mutable_api_passthrough() = Passthrough(R"(
        subject { organization: "Example" serial_number: "SN-0001" }
        extensions { key_usage { digital_signature: true } })");
    return request;
  }

  static void SetNoEnd(v1::IssueCertificateRequest* request) {
    request->mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_END_DATE);
    request->mutable_validity()->set_value(kNoEnd);
  }

  void ExpectIdevid(const v1::IssueCertificateRequest& request) {
    const auto issued = harness_.Issue(request);
    ASSERT_THAT(issued, IsOk());
    const Certificate certificate = Parsed(issued->certificate());
    EXPECT_EQ(certificate.tbs().not_after_tag, der::kGeneralizedTime);
    EXPECT_TRUE(
        absl::StrContains(Text(certificate.tbs_der()), "99991231235959Z"));
    // The serial number is a PrintableString.
    EXPECT_EQ(NameToRfc2253(certificate.tbs().subject),
              "2.5.4.5=#1307534e2d30303031,O=Example");
    const Extension* names = certificate.Find(oid::kSubjectAltName);
    ASSERT_NE(names, nullptr);
    EXPECT_EQ(Hex(names->value), Hex(View(HardwareModuleName())));
    EXPECT_EQ(Hex(certificate.Find(oid::kKeyUsage)->value), "03020780");
    EXPECT_THAT(harness_.Verify(*issued), IsOk());
    const ProgramResult certtool = VerifyWithCerttool(*issued);
    EXPECT_EQ(certtool.exit_status, 0) << certtool.output;
    const std::string shown = Shown(*issued);
    EXPECT_THAT(shown, HasSubstr("Dec 31 23:59:59 9999 GMT"));
    EXPECT_THAT(shown, HasSubstr("othername"));
  }
};

v1::CustomExtension CustomSubjectAltName() {
  v1::CustomExtension extension;
  extension.set_object_identifier("2.5.29.17");
  extension.set_value(absl::Base64Escape(HardwareModuleName()));
  return extension;
}

TEST_F(IdevidTest, TheHardwareModuleNameComesAsACustomExtension) {
  auto request = IdevidRequest("BlankEndEntityCertificate_APIPassthrough");
  *request.mutable_api_passthrough()
       ->mutable_extensions()
       ->add_custom_extensions() = CustomSubjectAltName();
  ExpectIdevid(request);
}

TEST_F(IdevidTest, TheHardwareModuleNameComesInTheCsr) {
  ExpectIdevid(IdevidRequest("BlankEndEntityCertificate_APIPassthrough",
                             {EncodeExtension(oid::kSubjectAltName, false,
                                              View(HardwareModuleName()))}));
}

TEST_F(IdevidTest, AlternativeNamesAreGivenInOneWay) {
  auto request = IdevidRequest("BlankEndEntityCertificate_APIPassthrough");
  v1::Extensions& extensions =
      *request.mutable_api_passthrough()->mutable_extensions();
  extensions.add_subject_alternative_names()->set_dns_name("a.example.com");
  *extensions.add_custom_extensions() = CustomSubjectAltName();
  EXPECT_THAT(harness_.Issue(request),
              IsRefusal(v1::REASON_EXTENSION_DUPLICATE,
                        "Request.ApiPassthrough.Extensions.CustomExtensions[0]."
                        "ObjectIdentifier"));
}

}  // namespace
}  // namespace pki
