// Each rule of a profile: a good certificate of its kind passes, and the
// smallest change that breaks the rule breaks no other.
#include "pki/lint/profile_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/time.h"
#include "pki/lint/lint.h"
#include "pki/lint/tbs_draft.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr v1::LintProfile kPaa[] = {v1::LINT_PROFILE_MATTER_PAA};
constexpr v1::LintProfile kPai[] = {v1::LINT_PROFILE_MATTER_PAI};
constexpr v1::LintProfile kDac[] = {v1::LINT_PROFILE_MATTER_DAC};
constexpr v1::LintProfile kIdevid[] = {v1::LINT_PROFILE_IEEE_802_1AR_IDEVID};

constexpr char kVendor[] = "1.3.6.1.4.1.37244.2.1";
constexpr char kProduct[] = "1.3.6.1.4.1.37244.2.2";
constexpr char kVendorField[] = "Certificate.subject[1.3.6.1.4.1.37244.2.1]";
constexpr char kProductField[] = "Certificate.subject[1.3.6.1.4.1.37244.2.2]";

Bytes OidOf(absl::string_view dotted) {
  return Element(der::kOid, *oid::FromText(dotted));
}

Bytes Algorithm(absl::string_view oid, absl::string_view parameters) {
  return Element(der::kSequence, OidOf(oid) + OidOf(parameters));
}

using Attributes = std::vector<std::pair<const char*, const char*>>;

// A Name with these attributes: dotted OID and text.
Bytes Name(const Attributes& attributes) {
  std::vector<Bytes> types;
  for (const auto& [type, text] : attributes) {
    types.push_back(*oid::FromText(type));
  }
  std::vector<NewAttribute> list;
  for (size_t i = 0; i < types.size(); ++i) {
    list.push_back({View(types[i]), der::kUtf8String, attributes[i].second});
  }
  return EncodeName(list);
}

Bytes CommonName(const char* text) { return Name({{"2.5.4.3", text}}); }

void SetBasicConstraints(TbsDraft& draft, bool critical,
                         BasicConstraints constraints) {
  draft.SetValue(oid::kBasicConstraints, critical,
                 EncodeBasicConstraints(constraints));
}

void SetKeyUsage(TbsDraft& draft, bool critical, uint16_t bits) {
  draft.SetValue(oid::kKeyUsage, critical, EncodeKeyUsage(bits));
}

TbsDraft GoodDac() {
  TbsDraft draft;
  draft.signature_algorithm =
      Copy(InfoOf(SignatureAlgorithm::kEcdsaSha256).identifier);
  draft.issuer = Name({{"2.5.4.3", "PAI"}, {kVendor, "FFF1"}});
  draft.not_before = der::EncodeTime(absl::FromUnixSeconds(1700000000));
  draft.not_after = der::EncodeTime(absl::FromUnixSeconds(1800000000));
  draft.subject =
      Name({{"2.5.4.3", "DAC"}, {kVendor, "FFF1"}, {kProduct, "80AF"}});
  draft.spki = Spki(Algorithm("1.2.840.10045.2.1", "1.2.840.10045.3.1.7"));
  SetBasicConstraints(draft, true, {});
  SetKeyUsage(draft, true, kDigitalSignature);
  draft.SetValue(oid::kAuthorityKeyIdentifier, false,
                 EncodeAuthorityKeyIdentifier(View("issuer")));
  draft.SetValue(oid::kSubjectKeyIdentifier, false,
                 EncodeSubjectKeyIdentifier(View("subject")));
  return draft;
}

// The ids behind the prefixes in commonNames (section 6.2.2.2).
TbsDraft GoodDacByCommonName() {
  TbsDraft draft = GoodDac();
  draft.issuer = CommonName("PAI Mvid:FFF1");
  draft.subject = CommonName("Mvid:none Mpid:80AF DAC,Mvid:FFF1 again");
  return draft;
}

TbsDraft GoodPai() {
  TbsDraft draft = GoodDac();
  draft.issuer = Name({{"2.5.4.3", "PAA"}});
  draft.subject = Name({{"2.5.4.3", "PAI"}, {kVendor, "FFF1"}});
  SetBasicConstraints(draft, true, {true, 0});
  SetKeyUsage(draft, true, kKeyCertSign | kCrlSign | kDigitalSignature);
  return draft;
}

TbsDraft GoodPaa() {
  TbsDraft draft = GoodPai();
  draft.subject = draft.issuer;
  draft.Remove(oid::kAuthorityKeyIdentifier);
  SetBasicConstraints(draft, true, {true, 1});
  SetKeyUsage(draft, true, kKeyCertSign | kCrlSign);
  return draft;
}

// hardwareModuleName with this value.
void SetHardwareModuleName(TbsDraft& draft, const Bytes& value) {
  const Bytes type = *oid::FromText("1.3.6.1.5.5.7.8.4");
  draft.SetValue(oid::kSubjectAltName, false,
                 EncodeGeneralNames(
                     {{GeneralNameForm::kOtherName, View(value), View(type)}}));
}

TbsDraft GoodIdevid() {
  TbsDraft draft = GoodDac();
  draft.not_after = der::EncodeTime(der::LastTime());
  draft.subject =
      EncodeName({{oid::kSerialNumber, der::kPrintableString, "1"}});
  SetHardwareModuleName(
      draft, Element(der::kSequence, OidOf("1.3.6.1.4.1.99999.1") +
                                         Element(der::kOctetString, "SN-1")));
  return draft;
}

// One way to break one rule.
struct Case {
  v1::Reason reason;
  const char* field;
  absl::Span<const v1::LintProfile> profiles;
  TbsDraft (*good)();
  std::function<void(TbsDraft&)> spoil;
};

constexpr char kConstraintsField[] = "Certificate.extensions[2.5.29.19]";
constexpr char kUsageField[] = "Certificate.extensions[2.5.29.15]";
constexpr char kAuthorityField[] = "Certificate.extensions[2.5.29.35]";
constexpr char kNamesField[] = "Certificate.extensions[2.5.29.17]";

std::vector<Case> Cases() {
  return {
      {v1::REASON_LINT_MATTER_SIGNATURE, "Certificate.signature", kDac, GoodDac,
       [](TbsDraft& d) {
         d.signature_algorithm =
             Copy(InfoOf(SignatureAlgorithm::kEcdsaSha384).identifier);
       }},
      {v1::REASON_LINT_MATTER_KEY, "Certificate.subjectPublicKeyInfo", kPai,
       GoodPai,
       [](TbsDraft& d) {  // P-384
         d.spki = Spki(Algorithm("1.2.840.10045.2.1", "1.3.132.0.34"));
       }},
      {v1::REASON_LINT_MATTER_PAA_BASIC_CONSTRAINTS, kConstraintsField, kPaa,
       GoodPaa,
       [](TbsDraft& d) {
         SetBasicConstraints(d, true, {true, 2});
       }},
      {v1::REASON_LINT_MATTER_PAI_BASIC_CONSTRAINTS, kConstraintsField, kPai,
       GoodPai,
       [](TbsDraft& d) {
         SetBasicConstraints(d, true, {true, std::nullopt});
       }},
      {v1::REASON_LINT_MATTER_PAI_BASIC_CONSTRAINTS, kConstraintsField, kPai,
       GoodPai,
       [](TbsDraft& d) {
         SetBasicConstraints(d, true, {true, 1});
       }},
      {v1::REASON_LINT_MATTER_DAC_BASIC_CONSTRAINTS, kConstraintsField, kDac,
       GoodDac, [](TbsDraft& d) { SetBasicConstraints(d, false, {}); }},
      {v1::REASON_LINT_MATTER_DAC_BASIC_CONSTRAINTS, kConstraintsField, kDac,
       GoodDac, [](TbsDraft& d) { d.Remove(oid::kBasicConstraints); }},
      {v1::REASON_LINT_MATTER_CA_KEY_USAGE, kUsageField, kPaa, GoodPaa,
       [](TbsDraft& d) { SetKeyUsage(d, true, kKeyCertSign); }},
      {v1::REASON_LINT_MATTER_CA_KEY_USAGE, kUsageField, kPai, GoodPai,
       [](TbsDraft& d) {
         SetKeyUsage(d, true, kKeyCertSign | kCrlSign | kKeyAgreement);
       }},
      {v1::REASON_LINT_MATTER_DAC_KEY_USAGE, kUsageField, kDac, GoodDac,
       [](TbsDraft& d) {
         SetKeyUsage(d, true, kDigitalSignature | kKeyAgreement);
       }},
      {v1::REASON_LINT_MATTER_DAC_KEY_USAGE, kUsageField, kDac, GoodDac,
       [](TbsDraft& d) { d.Remove(oid::kKeyUsage); }},
      {v1::REASON_LINT_MATTER_AUTHORITY_KEY_IDENTIFIER, kAuthorityField, kDac,
       GoodDac,
       [](TbsDraft& d) {  // RFC 5280 lets it go without.
         d.issuer = d.subject;
         d.Remove(oid::kAuthorityKeyIdentifier);
       }},
      {v1::REASON_LINT_MATTER_ID_TEXT, kVendorField, kPaa, GoodPaa,
       [](TbsDraft& d) {
         d.subject = d.issuer = Name({{kVendor, "fff1"}});
       }},
      {v1::REASON_LINT_MATTER_ID_TEXT, kVendorField, kPai, GoodPai,
       [](TbsDraft& d) { d.subject = CommonName("PAI Mvid:FFF"); }},
      {v1::REASON_LINT_MATTER_ID_TEXT, kProductField, kDac, GoodDac,
       [](TbsDraft& d) {
         d.subject = Name({{kVendor, "FFF1"}, {kProduct, "80AF0"}});
       }},
      {v1::REASON_LINT_MATTER_VENDOR_ID, kVendorField, kPai, GoodPai,
       [](TbsDraft& d) { d.subject = CommonName("PAI"); }},
      {v1::REASON_LINT_MATTER_VENDOR_ID, kVendorField, kDac, GoodDac,
       [](TbsDraft& d) {
         d.subject =
             Name({{kVendor, "FFF1"}, {kVendor, "FFF2"}, {kProduct, "80AF"}});
       }},
      // An attribute rules out the other way of writing them.
      {v1::REASON_LINT_MATTER_VENDOR_ID, kVendorField, kDac, GoodDac,
       [](TbsDraft& d) {
         d.subject = Name({{"2.5.4.3", "Mvid:FFF1"}, {kProduct, "80AF"}});
       }},
      {v1::REASON_LINT_MATTER_PAA_VENDOR_ID, kVendorField, kPaa, GoodPaa,
       [](TbsDraft& d) {
         d.subject = d.issuer = Name({{kVendor, "FFF1"}, {kVendor, "FFF1"}});
       }},
      {v1::REASON_LINT_MATTER_DAC_PRODUCT_ID, kProductField, kDac, GoodDac,
       [](TbsDraft& d) {
         d.subject = Name({{kVendor, "FFF1"}});
       }},
      {v1::REASON_LINT_MATTER_PAI_PRODUCT_ID, kProductField, kPai, GoodPai,
       [](TbsDraft& d) {
         d.subject =
             Name({{kVendor, "FFF1"}, {kProduct, "8000"}, {kProduct, "8001"}});
       }},
      {v1::REASON_LINT_MATTER_PAA_PRODUCT_ID, kProductField, kPaa, GoodPaa,
       [](TbsDraft& d) {
         d.subject = d.issuer = Name({{kVendor, "FFF1"}, {kProduct, "8000"}});
       }},
      {v1::REASON_LINT_MATTER_ISSUER_VENDOR_ID, kVendorField, kPai, GoodPai,
       [](TbsDraft& d) { d.issuer = CommonName("PAA Mvid:FFF2"); }},
      {v1::REASON_LINT_MATTER_ISSUER_VENDOR_ID, kVendorField, kDac, GoodDac,
       [](TbsDraft& d) {
         d.issuer = Name({{kVendor, "FFF2"}});
       }},
      {v1::REASON_LINT_MATTER_ISSUER_PRODUCT_ID, kProductField, kDac, GoodDac,
       [](TbsDraft& d) {
         d.issuer = Name({{kVendor, "FFF1"}, {kProduct, "80AE"}});
       }},
      {v1::REASON_LINT_MATTER_DAC_ISSUER, "Certificate.issuer", kDac, GoodDac,
       [](TbsDraft& d) { d.issuer = CommonName("PAI"); }},
      {v1::REASON_LINT_MATTER_PAA_ISSUER, "Certificate.issuer", kPaa, GoodPaa,
       [](TbsDraft& d) {
         d.issuer = CommonName("another");
         d.SetValue(oid::kAuthorityKeyIdentifier, false,
                    EncodeAuthorityKeyIdentifier(View("issuer")));
       }},
      {v1::REASON_LINT_IDEVID_CA, kConstraintsField, kIdevid, GoodIdevid,
       [](TbsDraft& d) {
         SetBasicConstraints(d, true, {true, std::nullopt});
         SetKeyUsage(d, true, kKeyCertSign);
       }},
      {v1::REASON_LINT_IDEVID_AUTHORITY_KEY_IDENTIFIER, kAuthorityField,
       kIdevid, GoodIdevid,
       [](TbsDraft& d) {
         d.issuer = d.subject;
         d.Remove(oid::kAuthorityKeyIdentifier);
       }},
      {v1::REASON_LINT_IDEVID_HARDWARE_MODULE_NAME, kNamesField, kIdevid,
       GoodIdevid,
       [](TbsDraft& d) {
         SetHardwareModuleName(d, Element(der::kUtf8String, "SN-1"));
       }},
      {v1::REASON_LINT_IDEVID_SUBJECT_ALT_NAME, kNamesField, kIdevid,
       GoodIdevid,
       [](TbsDraft& d) {
         d.SetValue(oid::kSubjectAltName, false,
                    EncodeGeneralNames({{GeneralNameForm::kDnsName,
                                         View("device.example"), ByteView()}}));
       }},
      {v1::REASON_LINT_IDEVID_SERIAL_NUMBER, "Certificate.subject[2.5.4.5]",
       kIdevid, GoodIdevid,
       [](TbsDraft& d) { d.subject = CommonName("device"); }},
      {v1::REASON_LINT_IDEVID_EXPIRY, "Certificate.validity.notAfter", kIdevid,
       GoodIdevid,
       [](TbsDraft& d) {
         d.not_after = der::EncodeTime(der::LastTime() - absl::Seconds(1));
       }},
      {v1::REASON_LINT_IDEVID_KEY_USAGE, kUsageField, kIdevid, GoodIdevid,
       [](TbsDraft& d) { d.Remove(oid::kKeyUsage); }},
  };
}

std::vector<v1::Reason> ReasonsOf(const std::vector<Finding>& findings) {
  std::vector<v1::Reason> reasons;
  for (const Finding& finding : findings) reasons.push_back(finding.reason);
  return reasons;
}

TEST(ProfileRulesTest, FindNothingInWhatIsGood) {
  const struct {
    absl::Span<const v1::LintProfile> profiles;
    TbsDraft (*good)();
  } cases[] = {{kPaa, GoodPaa},
               {kPai, GoodPai},
               {kDac, GoodDac},
               {kDac, GoodDacByCommonName},
               {kIdevid, GoodIdevid}};
  for (const auto& c : cases) {
    const Bytes tbs = c.good().Encode();
    EXPECT_THAT(LintTbs(View(tbs), c.profiles), IsOk());
    EXPECT_THAT(ReasonsOf(AllFindings(View(tbs), c.profiles)), IsEmpty());
  }
}

TEST(ProfileRulesTest, EveryCaseBreaksItsRuleAndNoOther) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(v1::Reason_Name(c.reason));
    TbsDraft draft = c.good();
    c.spoil(draft);
    const Bytes tbs = draft.Encode();
    const std::vector<Finding> findings = AllFindings(View(tbs), c.profiles);
    ASSERT_THAT(ReasonsOf(findings), ElementsAre(c.reason));
    EXPECT_EQ(findings[0].field, c.field);
    EXPECT_FALSE(findings[0].message.empty());
    if (findings[0].severity == Severity::kError) {
      EXPECT_THAT(LintTbs(View(tbs), c.profiles), IsRefusal(c.reason, c.field));
    } else {
      EXPECT_THAT(LintTbs(View(tbs), c.profiles), IsOk());
    }
    // Only who names the profile is held to it.
    EXPECT_THAT(ReasonsOf(AllFindings(View(tbs))), IsEmpty());
  }
}

TEST(ProfileRulesTest, EveryRuleHasACase) {
  std::set<v1::Reason> cases;
  for (const Case& c : Cases()) cases.insert(c.reason);
  std::set<v1::Reason> rules;
  for (const RuleName& rule : AllRules()) {
    if (rule.of_profile) rules.insert(rule.reason);
  }
  EXPECT_EQ(cases, rules);
}

TEST(ProfileRulesTest, ARuleIsTriedOnceForAllProfilesThatHaveIt) {
  TbsDraft draft = GoodDac();
  draft.signature_algorithm =
      Copy(InfoOf(SignatureAlgorithm::kEcdsaSha384).identifier);
  const v1::LintProfile both[] = {v1::LINT_PROFILE_MATTER_DAC,
                                  v1::LINT_PROFILE_IEEE_802_1AR_IDEVID};
  EXPECT_THAT(ReasonsOf(AllFindings(View(draft.Encode()), both)),
              ElementsAre(v1::REASON_LINT_MATTER_SIGNATURE,
                          v1::REASON_LINT_IDEVID_SERIAL_NUMBER,
                          v1::REASON_LINT_IDEVID_EXPIRY));
}

}  // namespace
}  // namespace pki
