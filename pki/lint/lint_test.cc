// Each rule of lint: the smallest change of a good certificate that breaks it
// and no other.
#include "pki/lint/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/time.h"
#include "pki/lint/tbs_draft.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint8_t kRsaOctets[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                  0x0d, 0x01, 0x01, 0x01};
constexpr ByteView kRsa(kRsaOctets);

Bytes FromBytes(std::initializer_list<uint8_t> bytes) {
  return Bytes(bytes.begin(), bytes.end());
}

Bytes SpkiOf(ByteView algorithm) {
  return Spki(Element(der::kSequence, Element(der::kOid, Text(algorithm))));
}

Bytes Name(ByteView type, der::Tag tag, absl::string_view value) {
  return EncodeName({{type, tag, value}});
}

Bytes EmptyName() { return EncodeName({}); }

// nameConstraints that permit what is below "example".
Bytes NameConstraints() {
  return FromBytes({0x30, 0x0d, 0xa0, 0x0b, 0x30, 0x09, 0x82, 0x07, 'e', 'x',
                    'a', 'm', 'p', 'l', 'e'});
}

Bytes SubjectAltName(bool critical) {
  return EncodeExtension(
      oid::kSubjectAltName, critical,
      View(EncodeGeneralNames(
          {{GeneralNameForm::kDnsName, View("host.example"), ByteView()}})));
}

TbsDraft Good() {
  TbsDraft draft;
  draft.issuer = Name(oid::kCommonName, der::kUtf8String, "Test CA");
  draft.subject = Name(oid::kCommonName, der::kUtf8String, "host");
  draft.spki = SpkiOf(kRsa);
  draft.signature_algorithm =
      Element(der::kSequence, Element(der::kOid, "\x2a\x03"));
  draft.not_before = der::EncodeTime(absl::FromUnixSeconds(1700000000));
  draft.not_after = der::EncodeTime(absl::FromUnixSeconds(1800000000));
  draft.SetValue(oid::kBasicConstraints, false, EncodeBasicConstraints({}));
  draft.SetValue(oid::kAuthorityKeyIdentifier, false,
                 EncodeAuthorityKeyIdentifier(View("issuer")));
  draft.SetValue(oid::kSubjectKeyIdentifier, false,
                 EncodeSubjectKeyIdentifier(View("subject")));
  draft.SetValue(oid::kKeyUsage, true,
                 EncodeKeyUsage(kDigitalSignature | kKeyEncipherment));
  draft.SetValue(oid::kExtendedKeyUsage, false,
                 EncodeExtendedKeyUsage({oid::kServerAuth, oid::kClientAuth}));
  draft.Set(oid::kSubjectAltName, SubjectAltName(false));
  draft.SetValue(oid::kAuthorityInfoAccess, false,
                 EncodeAuthorityInfoAccessOcsp("http://ocsp.example"));
  return draft;
}

TbsDraft GoodCa() {
  TbsDraft draft = Good();
  draft.SetValue(oid::kBasicConstraints, true,
                 EncodeBasicConstraints({true, 0}));
  draft.SetValue(oid::kKeyUsage, true, EncodeKeyUsage(kKeyCertSign | kCrlSign));
  draft.Remove(oid::kExtendedKeyUsage);
  draft.Remove(oid::kSubjectAltName);
  return draft;
}

TbsDraft GoodRoot() {
  TbsDraft draft = GoodCa();
  draft.subject = draft.issuer;
  draft.Remove(oid::kAuthorityKeyIdentifier);
  return draft;
}

// One way to break one rule.
struct Case {
  v1::Reason reason;
  const char* field;
  TbsDraft (*good)();
  std::function<void(TbsDraft&)> spoil;
};

std::vector<Case> Cases() {
  return {
      {v1::REASON_LINT_VERSION, "Certificate.version", Good,
       [](TbsDraft& d) { d.version = 1; }},
      {v1::REASON_LINT_SERIAL, "Certificate.serialNumber", Good,
       [](TbsDraft& d) { d.serial = FromBytes({0}); }},
      {v1::REASON_LINT_SERIAL, "Certificate.serialNumber", Good,
       [](TbsDraft& d) { d.serial = FromBytes({0x80}); }},
      {v1::REASON_LINT_SERIAL, "Certificate.serialNumber", Good,
       [](TbsDraft& d) { d.serial = Bytes(21, '\1'); }},
      {v1::REASON_LINT_SIGNATURE_ALGORITHM, "Certificate.signature", Good,
       [](TbsDraft& d) {
         d.signature_algorithm = Element(der::kSequence, "");
       }},
      {v1::REASON_LINT_VALIDITY_ORDER, "Certificate.validity", Good,
       [](TbsDraft& d) { std::swap(d.not_before, d.not_after); }},
      {v1::REASON_LINT_TIME_ENCODING, "Certificate.validity.notBefore", Good,
       [](TbsDraft& d) {
         d.not_before = Element(der::kGeneralizedTime, "20200101000000Z");
       }},
      {v1::REASON_LINT_TIME_ENCODING, "Certificate.validity.notAfter", Good,
       [](TbsDraft& d) {
         d.not_after = Element(der::kGeneralizedTime, "20491231235959Z");
       }},
      {v1::REASON_LINT_UNIQUE_IDS, "Certificate", Good,
       [](TbsDraft& d) {
         d.unique_id = FromBytes({0x81, 2, 0, 1});
       }},
      {v1::REASON_LINT_EXTENSION_DUPLICATE, "Certificate.extensions[2.5.29.17]",
       Good,
       [](TbsDraft& d) { d.extensions.push_back(SubjectAltName(false)); }},
      {v1::REASON_LINT_SUBJECT, "Certificate.subject", Good,
       [](TbsDraft& d) {
         d.subject = FromBytes({0x30, 2, 0x31, 0});
       }},
      {v1::REASON_LINT_CA_SUBJECT_EMPTY, "Certificate.subject", GoodCa,
       [](TbsDraft& d) {
         d.subject = EmptyName();
         d.Set(oid::kSubjectAltName, SubjectAltName(true));
       }},
      {v1::REASON_LINT_SUBJECT_ABSENT, "Certificate.subject", Good,
       [](TbsDraft& d) {
         d.subject = EmptyName();
         d.Remove(oid::kSubjectAltName);
       }},
      {v1::REASON_LINT_ATTRIBUTE_TYPE, "Certificate.subject[2.5.4.6]", Good,
       [](TbsDraft& d) {
         d.subject = Name(oid::kCountry, der::kUtf8String, "US");
       }},
      {v1::REASON_LINT_ATTRIBUTE_TYPE,
       "Certificate.subject[1.2.840.113549.1.9.1]", Good,
       [](TbsDraft& d) {
         d.subject = Name(oid::kEmailAddress, der::kUtf8String, "a@b.example");
       }},
      {v1::REASON_LINT_ATTRIBUTE_TYPE, "Certificate.subject[2.5.4.3]", Good,
       [](TbsDraft& d) {
         d.subject = Name(oid::kCommonName, der::kIa5String, "host");
       }},
      {v1::REASON_LINT_ATTRIBUTE_LENGTH, "Certificate.subject[2.5.4.3]", Good,
       [](TbsDraft& d) {
         d.subject = Name(oid::kCommonName, der::kUtf8String, Bytes(65, 'x'));
       }},
      {v1::REASON_LINT_ATTRIBUTE_LENGTH, "Certificate.subject[2.5.4.3]", Good,
       [](TbsDraft& d) {
         d.subject = Name(oid::kCommonName, der::kUtf8String, "");
       }},
      {v1::REASON_LINT_ATTRIBUTE_LENGTH, "Certificate.subject[2.5.4.6]", Good,
       [](TbsDraft& d) {
         d.subject = Name(oid::kCountry, der::kPrintableString, "USA");
       }},
      {v1::REASON_LINT_ATTRIBUTE_CONTROL, "Certificate.subject[2.5.4.3]", Good,
       [](TbsDraft& d) {
         d.subject = Name(oid::kCommonName, der::kUtf8String,
                          absl::string_view("bank.example\0.evil.example", 26));
       }},
      {v1::REASON_LINT_ATTRIBUTE_CONTROL, "Certificate.subject[1.2.3]", Good,
       [](TbsDraft& d) {
         d.subject = Name(View("\x2a\x03"), der::kIa5String, "a\nb");
       }},
      {v1::REASON_LINT_ISSUER, "Certificate.issuer", Good,
       [](TbsDraft& d) { d.issuer = EmptyName(); }},
      {v1::REASON_LINT_BASIC_CONSTRAINTS, "Certificate.extensions[2.5.29.19]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kBasicConstraints, false,
                    FromBytes({0x30, 3, 1, 1, 0}));
       }},
      {v1::REASON_LINT_BASIC_CONSTRAINTS, "Certificate.extensions[2.5.29.19]",
       GoodCa,
       [](TbsDraft& d) {
         d.SetValue(oid::kBasicConstraints, false,
                    EncodeBasicConstraints({true, 0}));
       }},
      {v1::REASON_LINT_PATH_LENGTH, "Certificate.extensions[2.5.29.19]", Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kBasicConstraints, false,
                    EncodeBasicConstraints({false, 0}));
       }},
      {v1::REASON_LINT_KEY_USAGE, "Certificate.extensions[2.5.29.15]", Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kKeyUsage, true, EncodeKeyUsage(0));
         d.Remove(oid::kExtendedKeyUsage);
       }},
      {v1::REASON_LINT_KEY_USAGE, "Certificate.extensions[2.5.29.15]", Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kKeyUsage, true, FromBytes({3, 3, 7, 0x80, 0}));
       }},
      {v1::REASON_LINT_KEY_USAGE, "Certificate.extensions[2.5.29.15]", Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kKeyUsage, true, FromBytes({3, 2, 0, 0xa0}));
       }},
      {v1::REASON_LINT_KEY_USAGE, "Certificate.extensions[2.5.29.15]", Good,
       [](TbsDraft& d) { d.SetValue(oid::kKeyUsage, true, "no DER"); }},
      {v1::REASON_LINT_KEY_CERT_SIGN, "Certificate.extensions[2.5.29.15]", Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kKeyUsage, true,
                    EncodeKeyUsage(kDigitalSignature | kKeyCertSign));
       }},
      {v1::REASON_LINT_KEY_CERT_SIGN, "Certificate.extensions[2.5.29.15]",
       GoodCa,
       [](TbsDraft& d) {
         d.SetValue(oid::kBasicConstraints, true,
                    EncodeBasicConstraints({true, std::nullopt}));
         d.SetValue(oid::kKeyUsage, true, EncodeKeyUsage(kCrlSign));
       }},
      {v1::REASON_LINT_EXTENDED_KEY_USAGE, "Certificate.extensions[2.5.29.37]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kExtendedKeyUsage, false, EncodeExtendedKeyUsage({}));
       }},
      {v1::REASON_LINT_SUBJECT_KEY_IDENTIFIER,
       "Certificate.extensions[2.5.29.14]", Good,
       [](TbsDraft& d) { d.Remove(oid::kSubjectKeyIdentifier); }},
      {v1::REASON_LINT_SUBJECT_KEY_IDENTIFIER,
       "Certificate.extensions[2.5.29.14]", Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kSubjectKeyIdentifier, false, FromBytes({4, 0}));
       }},
      {v1::REASON_LINT_AUTHORITY_KEY_IDENTIFIER,
       "Certificate.extensions[2.5.29.35]", Good,
       [](TbsDraft& d) { d.Remove(oid::kAuthorityKeyIdentifier); }},
      {v1::REASON_LINT_AUTHORITY_KEY_IDENTIFIER,
       "Certificate.extensions[2.5.29.35]", GoodRoot,
       [](TbsDraft& d) {
         d.SetValue(oid::kAuthorityKeyIdentifier, false, FromBytes({4, 0}));
       }},
      {v1::REASON_LINT_AUTHORITY_KEY_IDENTIFIER,
       "Certificate.extensions[2.5.29.35]", Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kAuthorityKeyIdentifier, false,
                    EncodeAuthorityKeyIdentifier(ByteView()));
       }},
      {v1::REASON_LINT_AUTHORITY_KEY_IDENTIFIER,
       "Certificate.extensions[2.5.29.35]", GoodRoot,
       [](TbsDraft& d) {
         d.SetValue(oid::kAuthorityKeyIdentifier, false,
                    EncodeAuthorityKeyIdentifier(ByteView()));
       }},
      {v1::REASON_LINT_SUBJECT_ALT_NAME, "Certificate.extensions[2.5.29.17]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kSubjectAltName, false, EncodeGeneralNames({}));
       }},
      {v1::REASON_LINT_SUBJECT_ALT_NAME, "Certificate.extensions[2.5.29.17]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kSubjectAltName, false,
                    FromBytes({0x30, 4, 0xa3, 2, 0x30, 0}));  // x400Address
       }},
      {v1::REASON_LINT_SUBJECT_ALT_NAME_CRITICAL,
       "Certificate.extensions[2.5.29.17]", Good,
       [](TbsDraft& d) { d.subject = EmptyName(); }},
      {v1::REASON_LINT_CRITICALITY, "Certificate.extensions[1.3.6.1.5.5.7.1.1]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kAuthorityInfoAccess, true,
                    EncodeAuthorityInfoAccessOcsp("http://ocsp.example"));
       }},
      {v1::REASON_LINT_CRITICALITY, "Certificate.extensions[2.5.29.30]", GoodCa,
       [](TbsDraft& d) {
         d.SetValue(oid::kNameConstraints, false, NameConstraints());
       }},
      {v1::REASON_LINT_NAME_CONSTRAINTS_CA, "Certificate.extensions[2.5.29.30]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kNameConstraints, true, NameConstraints());
       }},
      {v1::REASON_LINT_EXTENSION_VALUE, "Certificate.extensions[2.5.29.31]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kCrlDistributionPoints, false,
                    Element(der::kSequence, ""));
       }},
      {v1::REASON_LINT_CA_KEY_USAGE, "Certificate.extensions[2.5.29.15]",
       GoodCa, [](TbsDraft& d) { d.Remove(oid::kKeyUsage); }},
      {v1::REASON_LINT_CRITICALITY_ADVISED, "Certificate.extensions[2.5.29.15]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kKeyUsage, false, EncodeKeyUsage(kDigitalSignature));
       }},
      {v1::REASON_LINT_CRITICALITY_ADVISED, "Certificate.extensions[2.5.29.17]",
       Good,
       [](TbsDraft& d) { d.Set(oid::kSubjectAltName, SubjectAltName(true)); }},
      {v1::REASON_LINT_PURPOSE_KEY_USAGE, "Certificate.extensions[2.5.29.37]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(oid::kKeyUsage, true, EncodeKeyUsage(kKeyEncipherment));
       }},
      {v1::REASON_LINT_OLD_STRING_TYPE, "Certificate.subject[2.5.4.3]", Good,
       [](TbsDraft& d) {
         d.subject =
             Name(oid::kCommonName, der::kBmpString, FromBytes({0, 'x'}));
       }},
      {v1::REASON_LINT_UNKNOWN_EXTENSION_VALUE, "Certificate.extensions[1.2.3]",
       Good,
       [](TbsDraft& d) { d.SetValue(View("\x2a\x03"), false, "no DER"); }},
      {v1::REASON_LINT_UNKNOWN_EXTENSION_VALUE, "Certificate.extensions[1.2.3]",
       Good,
       [](TbsDraft& d) {
         d.SetValue(View("\x2a\x03"), false, Element(der::kSequence, "no DER"));
       }},
      {v1::REASON_LINT_EC_KEY_ENCIPHERMENT, "Certificate.extensions[2.5.29.15]",
       Good, [](TbsDraft& d) { d.spki = SpkiOf(oid::kEcPublicKey); }},
      {v1::REASON_LINT_EC_KEY_ENCIPHERMENT, "Certificate.extensions[2.5.29.15]",
       Good, [](TbsDraft& d) { d.spki = SpkiOf(oid::kEd25519); }},
      {v1::REASON_LINT_EC_KEY_ENCIPHERMENT, "Certificate.extensions[2.5.29.15]",
       Good,
       [](TbsDraft& d) {
         d.spki = SpkiOf(oid::kEd25519);
         d.SetValue(oid::kKeyUsage, true,
                    EncodeKeyUsage(kDigitalSignature | kKeyAgreement));
       }},
  };
}

std::vector<v1::Reason> ReasonsOf(const std::vector<Finding>& findings) {
  std::vector<v1::Reason> reasons;
  for (const Finding& finding : findings) reasons.push_back(finding.reason);
  return reasons;
}

TEST(LintTest, FindsNothingInWhatIsGood) {
  for (const auto good : {Good, GoodCa, GoodRoot}) {
    const Bytes tbs = good().Encode();
    EXPECT_THAT(LintTbs(View(tbs)), IsOk());
    EXPECT_THAT(ReasonsOf(AllFindings(View(tbs))), IsEmpty());
  }
}

TEST(LintTest, EveryCaseBreaksItsRuleAndNoOther) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(v1::Reason_Name(c.reason));
    TbsDraft draft = c.good();
    c.spoil(draft);
    const Bytes tbs = draft.Encode();
    const std::vector<Finding> findings = AllFindings(View(tbs));
    ASSERT_THAT(ReasonsOf(findings), ElementsAre(c.reason));
    EXPECT_EQ(findings[0].field, c.field);
    EXPECT_FALSE(findings[0].message.empty());
    if (findings[0].severity == Severity::kError) {
      EXPECT_THAT(LintTbs(View(tbs)), IsRefusal(c.reason, c.field));
    } else {
      EXPECT_THAT(LintTbs(View(tbs)), IsOk());
    }
  }
}

TEST(LintTest, EveryRuleHasACaseAndEveryReasonARule) {
  std::set<v1::Reason> cases;
  for (const Case& c : Cases()) cases.insert(c.reason);
  std::set<v1::Reason> rules;
  std::set<v1::Reason> always;
  for (const RuleName& rule : AllRules()) {
    EXPECT_TRUE(rules.insert(rule.reason).second)
        << v1::Reason_Name(rule.reason) << " stands twice";
    if (!rule.of_profile) always.insert(rule.reason);
  }
  // Those of profiles have theirs in profile_rules_test.cc.
  EXPECT_EQ(cases, always);

  std::set<v1::Reason> reasons;
  const auto* all = v1::Reason_descriptor();
  for (int i = 0; i < all->value_count(); ++i) {
    const int number = all->value(i)->number();
    if (number > v1::REASON_LINT_TBS && number < 1600) {
      reasons.insert(static_cast<v1::Reason>(number));
    }
  }
  EXPECT_EQ(rules, reasons);
}

TEST(LintTest, BoundsWhatAnOidAddsToAField) {
  const Bytes oid = "\x2a" + Bytes(2000, '\1');
  TbsDraft draft = Good();
  draft.SetValue(View(oid), false, "no DER");
  const std::vector<Finding> findings = AllFindings(View(draft.Encode()));
  ASSERT_THAT(ReasonsOf(findings),
              ElementsAre(v1::REASON_LINT_UNKNOWN_EXTENSION_VALUE));
  EXPECT_LT(findings[0].field.size(), 200u);
}

TEST(LintTest, APathLengthNeedsAKeyThatMaySign) {
  TbsDraft draft = GoodCa();
  draft.SetValue(oid::kKeyUsage, true, EncodeKeyUsage(kCrlSign));
  EXPECT_THAT(LintTbs(View(draft.Encode())),
              IsRefusal(v1::REASON_LINT_PATH_LENGTH));
}

TEST(LintTest, LengthsCountCharactersNotBytes) {
  TbsDraft draft = Good();
  std::string name;
  for (int i = 0; i < 64; ++i) name += "\xc3\xa4";
  draft.subject = Name(oid::kCommonName, der::kUtf8String, name);
  EXPECT_THAT(AllFindings(View(draft.Encode())), IsEmpty());
}

TEST(LintTest, RefusesWhatIsNoTbsCertificate) {
  const Bytes tbs = Good().Encode() + "x";
  EXPECT_THAT(LintTbs(View(tbs)),
              IsRefusal(v1::REASON_LINT_TBS, "Certificate"));
  EXPECT_THAT(ReasonsOf(AllFindings(View(tbs))),
              ElementsAre(v1::REASON_LINT_TBS));
  EXPECT_THAT(LintTbs(ByteView()), IsRefusal(v1::REASON_LINT_TBS));
}

}  // namespace
}  // namespace pki
