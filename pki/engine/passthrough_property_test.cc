// Random requests under random templates: what comes out says what was asked
// for, by those who were to be asked, each thing once; and what does not come
// out is refused for a reason.
//
// What is expected is worked out here from the request's message and from the
// CSR's bytes, and from what the template says of its sources.
#include <arpa/inet.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/template/catalogue.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr uint64_t kSeed = 20260301;
constexpr int kRequests = 3000;
// A mistake is put in one place of so many.
constexpr int kMistake = 60;

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

constexpr char kKeyUsageOid[] = "2.5.29.15";
constexpr char kExtendedKeyUsageOid[] = "2.5.29.37";
constexpr char kSubjectAltNameOid[] = "2.5.29.17";
constexpr char kPoliciesOid[] = "2.5.29.32";

// ---- Making requests -------------------------------------------------------

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  size_t Below(size_t end) {
    return static_cast<size_t>(engine_() % static_cast<uint64_t>(end));
  }
  bool OneIn(size_t n) { return Below(n) == 0; }
  bool Mistake() { return OneIn(kMistake); }
  template <typename List>
  auto Pick(const List& list) {
    return list[Below(std::size(list))];
  }

 private:
  std::mt19937_64 engine_;
};

class Maker {
 public:
  explicit Maker(Random* random) : random_(*random) {}

  v1::ApiPassthrough Api() {
    v1::ApiPassthrough api;
    if (!random_.OneIn(3)) *api.mutable_subject() = Subject();
    if (random_.OneIn(8)) return api;
    v1::Extensions& extensions = *api.mutable_extensions();
    if (random_.OneIn(3)) *extensions.mutable_key_usage() = KeyUsage();
    Some(3, [&] { *extensions.add_extended_key_usage() = Purpose(); });
    Some(4, [&] { *extensions.add_subject_alternative_names() = Name(); });
    Some(2, [&] { *extensions.add_certificate_policies() = Policy(); });
    Some(4, [&] { *extensions.add_custom_extensions() = Custom(); });
    return api;
  }

  // Whole extensions; seldom one of them twice.
  std::vector<Bytes> CsrExtensions() {
    std::vector<Bytes> list;
    std::vector<std::string> seen;
    Some(6, [&] {
      const std::string oid = ExtensionOid();
      const bool known = std::find(seen.begin(), seen.end(), oid) != seen.end();
      if (known && !random_.Mistake()) return;
      seen.push_back(oid);
      list.push_back(EncodeExtension(View(*oid::FromText(oid)),
                                     random_.OneIn(3),
                                     View(ExtensionValue(oid))));
    });
    return list;
  }

  Bytes CsrSubject() {
    if (random_.OneIn(20)) return EncodeName({});
    const std::string text = random_.OneIn(2) ? "csr" : "another csr";
    return EncodeName({{oid::kOrganization, der::kPrintableString, text},
                       {oid::kCommonName, der::kUtf8String, text}});
  }

 private:
  // Does it up to `most` times; in half of the cases not at all.
  template <typename Do>
  void Some(size_t most, Do&& once) {
    if (random_.OneIn(2)) return;
    for (size_t i = random_.Below(most + 1); i > 0; --i) once();
  }

  // Fits every member of ASN1Subject when there is no mistake in it.
  std::string ShortText() {
    static const std::string kWrong[] = {"", "*", std::string("a\0b", 3),
                                         "\xff", std::string(300, 'x')};
    static const std::string kRight[] = {"a", "bc", "III", "x y", "42"};
    return random_.Mistake() ? random_.Pick(kWrong) : random_.Pick(kRight);
  }
  std::string AnyText() {
    return random_.OneIn(3) ? "J\xc3\xbcrgen \xe2\x82\xac" : ShortText();
  }
  std::string HostText() {
    static const std::string kRight[] = {"a.example.com", "*.example.com", "b",
                                         "api@example.com"};
    return random_.Mistake() ? AnyText() : random_.Pick(kRight);
  }
  std::string CustomOid() {
    static const std::string kWrong[] = {
        "", "1", "3.1", "1.40", "1.2.", "a", "1.2.99999999999999999999"};
    if (random_.Mistake()) return random_.Pick(kWrong);
    return absl::StrCat("1.3.6.1.4.1.99999.", random_.Below(6));
  }
  // Half of the time one of which some rule speaks.
  std::string ExtensionOid() {
    static const std::string kKnown[] = {
        "2.5.29.19",         "2.5.29.35",          "2.5.29.14",
        kKeyUsageOid,        kExtendedKeyUsageOid, kSubjectAltNameOid,
        "2.5.29.31",         "1.3.6.1.5.5.7.1.1",  kPoliciesOid,
        "2.5.29.18",         "2.5.29.30",          "2.5.29.54",
        "1.3.6.1.5.5.7.1.24"};
    return random_.OneIn(2)
               ? random_.Pick(kKnown)
               : absl::StrCat("1.3.6.1.4.1.99999.", random_.Below(6));
  }
  // Of the right type, where somebody looks.
  Bytes ExtensionValue(absl::string_view oid) {
    if (random_.Mistake()) return "not DER";
    if (oid == kKeyUsageOid) {
      return EncodeKeyUsage(static_cast<uint16_t>(
          kDigitalSignature | (random_.OneIn(2) ? kKeyCertSign : kCrlSign)));
    }
    if (oid == kExtendedKeyUsageOid) {
      return EncodeExtendedKeyUsage({oid::kOcspSigning});
    }
    if (oid == kSubjectAltNameOid) {
      return EncodeGeneralNames(
          {{GeneralNameForm::kDnsName, View("csr.example.com"), ByteView()}});
    }
    if (oid == "2.5.29.35") {
      return EncodeAuthorityKeyIdentifier(View("somebody"));
    }
    der::Writer writer;
    writer.AddText(der::kUtf8String, AnyText());
    return writer.Finish();
  }

  v1::ASN1Subject Subject() {
    v1::ASN1Subject subject;
    const bool named = random_.OneIn(2);
    if (named) {
      const auto* reflection = subject.GetReflection();
      for (int i = 0; i < v1::ASN1Subject::descriptor()->field_count(); ++i) {
        const auto* field = v1::ASN1Subject::descriptor()->field(i);
        if (field->is_repeated() || !random_.OneIn(3)) continue;
        reflection->SetString(&subject, field,
                              field->name() == "country" ? "DE" : ShortText());
      }
    }
    if (!named || random_.Mistake()) {
      static const char* const kTypes[] = {"2.5.4.3", "2.5.4.10",
                                           "1.3.6.1.4.1.37244.2.1",
                                           "0.9.2342.19200300.100.1.25"};
      Some(4, [&] {
        v1::CustomAttribute& custom = *subject.add_custom_attributes();
        custom.set_object_identifier(random_.Mistake() ? CustomOid()
                                                       : random_.Pick(kTypes));
        custom.set_value(ShortText());
      });
    }
    return subject;
  }

  v1::KeyUsage KeyUsage() {
    v1::KeyUsage usage;
    if (random_.Mistake()) return usage;
    const auto* reflection = usage.GetReflection();
    for (int i = 0; i < v1::KeyUsage::descriptor()->field_count(); ++i) {
      const auto* field = v1::KeyUsage::descriptor()->field(i);
      if (random_.OneIn(2)) {
        reflection->SetBool(&usage, field, random_.OneIn(2));
      }
    }
    return usage;
  }

  v1::ExtendedKeyUsage Purpose() {
    v1::ExtendedKeyUsage purpose;
    const bool custom = random_.OneIn(3);
    if (custom || random_.Mistake()) {
      purpose.set_extended_key_usage_object_identifier(CustomOid());
    }
    if (!custom && !random_.Mistake()) {
      purpose.set_extended_key_usage_type(
          static_cast<v1::ExtendedKeyUsageType>(1 + random_.Below(9)));
    }
    return purpose;
  }

  v1::PolicyInformation Policy() {
    v1::PolicyInformation policy;
    policy.set_cert_policy_id(CustomOid());
    Some(2, [&] {
      v1::PolicyQualifierInfo& info = *policy.add_policy_qualifiers();
      info.set_policy_qualifier_id(v1::POLICY_QUALIFIER_ID_CPS);
      info.mutable_qualifier()->set_cps_uri(HostText());
    });
    return policy;
  }

  v1::CustomExtension Custom() {
    v1::CustomExtension custom;
    const std::string oid = random_.Mistake() ? CustomOid() : ExtensionOid();
    custom.set_object_identifier(oid);
    custom.set_value(
        random_.Mistake() ? "!" : absl::Base64Escape(ExtensionValue(oid)));
    if (random_.OneIn(2)) custom.set_critical(random_.OneIn(2));
    return custom;
  }

  v1::GeneralName Name() {
    v1::GeneralName name;
    // No form, or more than one.
    for (size_t forms = random_.Mistake() ? random_.Below(3) : 1; forms > 0;
         --forms) {
      AddForm(&name);
    }
    return name;
  }

  void AddForm(v1::GeneralName* name) {
    static const char* const kAddresses[] = {"192.0.2.1", "2001:db8::7",
                                             "::", "255.255.255.255"};
    switch (random_.Below(8)) {
      case 0:
        name->mutable_other_name()->set_type_id(CustomOid());
        name->mutable_other_name()->set_value(AnyText());
        return;
      case 1:
        name->set_rfc822_name(HostText());
        return;
      case 2:
        name->set_dns_name(HostText());
        return;
      case 3:
        *name->mutable_directory_name() = Subject();
        return;
      case 4:
        name->mutable_edi_party_name()->set_party_name(AnyText());
        if (random_.OneIn(2)) {
          name->mutable_edi_party_name()->set_name_assigner(AnyText());
        }
        return;
      case 5:
        name->set_uniform_resource_identifier(HostText());
        return;
      case 6:
        name->set_ip_address(random_.Mistake() ? "192.0.2.256"
                                               : random_.Pick(kAddresses));
        return;
      default:
        name->set_registered_id(CustomOid());
    }
  }

  Random& random_;
};

// ---- Reading them out of certificates --------------------------------------

// What an ASN1Subject says, as "type=text" in the order of the message.
std::vector<std::string> AttributesOf(const v1::ASN1Subject& subject) {
  static const std::map<std::string, const char*> kTypes = {
      {"country", "2.5.4.6"},
      {"organization", "2.5.4.10"},
      {"organizational_unit", "2.5.4.11"},
      {"distinguished_name_qualifier", "2.5.4.46"},
      {"state", "2.5.4.8"},
      {"common_name", "2.5.4.3"},
      {"serial_number", "2.5.4.5"},
      {"locality", "2.5.4.7"},
      {"title", "2.5.4.12"},
      {"surname", "2.5.4.4"},
      {"given_name", "2.5.4.42"},
      {"initials", "2.5.4.43"},
      {"pseudonym", "2.5.4.65"},
      {"generation_qualifier", "2.5.4.44"}};
  std::vector<std::string> attributes;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  subject.GetReflection()->ListFields(subject, &fields);
  for (const auto* field : fields) {
    if (field->is_repeated()) continue;
    attributes.push_back(
        absl::StrCat(kTypes.at(field->name()), "=",
                     subject.GetReflection()->GetString(subject, field)));
  }
  for (const v1::CustomAttribute& custom : subject.custom_attributes()) {
    attributes.push_back(
        absl::StrCat(custom.object_identifier(), "=", custom.value()));
  }
  return attributes;
}

// The same of a Name in DER.
std::vector<std::string> AttributesOf(ByteView name) {
  std::vector<std::string> attributes;
  const auto parsed = ParseName(name);
  for (const Attribute& attribute : parsed.value()) {
    EXPECT_FALSE(attribute.joins_previous);
    attributes.push_back(absl::StrCat(oid::ToText(attribute.type), "=",
                                      AttributeText(attribute).value()));
  }
  return attributes;
}

Bytes AddressOctets(const std::string& text) {
  uint8_t octets[16];
  if (inet_pton(AF_INET, text.c_str(), octets) == 1) {
    return Copy(ByteView(octets, 4));
  }
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), octets), 1) << text;
  return Copy(octets);
}

void ExpectName(const GeneralName& actual, const v1::GeneralName& asked) {
  const absl::string_view text = Text(actual.value);
  switch (actual.form) {
    case GeneralNameForm::kOtherName: {
      der::Writer value;
      value.AddText(der::kUtf8String, asked.other_name().value());
      EXPECT_EQ(Hex(actual.value), Hex(View(value.Finish())));
      EXPECT_EQ(oid::ToText(actual.type_id), asked.other_name().type_id());
      return;
    }
    case GeneralNameForm::kRfc822Name:
      EXPECT_EQ(text, asked.rfc822_name());
      return;
    case GeneralNameForm::kDnsName:
      EXPECT_EQ(text, asked.dns_name());
      return;
    case GeneralNameForm::kDirectoryName:
      EXPECT_EQ(AttributesOf(actual.value),
                AttributesOf(asked.directory_name()));
      return;
    case GeneralNameForm::kEdiPartyName: {
      const v1::EdiPartyName& party = asked.edi_party_name();
      std::optional<absl::string_view> assigner;
      if (party.has_name_assigner()) assigner = party.name_assigner();
      EXPECT_EQ(Hex(actual.value),
                Hex(View(EncodeEdiPartyName(assigner, party.party_name()))));
      return;
    }
    case GeneralNameForm::kUri:
      EXPECT_EQ(text, asked.uniform_resource_identifier());
      return;
    case GeneralNameForm::kIpAddress:
      EXPECT_EQ(Hex(actual.value),
                Hex(View(AddressOctets(asked.ip_address()))));
      return;
    case GeneralNameForm::kRegisteredId:
      EXPECT_EQ(oid::ToText(actual.value), asked.registered_id());
      return;
    case GeneralNameForm::kX400Address:
      ADD_FAILURE() << "nobody can ask for an x400Address";
  }
}

void ExpectNames(ByteView value, const v1::Extensions& asked) {
  const auto names = ParseGeneralNames(value);
  ASSERT_TRUE(names.has_value());
  ASSERT_EQ(names->size(),
            static_cast<size_t>(asked.subject_alternative_names_size()));
  for (size_t i = 0; i < names->size(); ++i) {
    ExpectName((*names)[i],
               asked.subject_alternative_names(static_cast<int>(i)));
  }
}

void ExpectKeyUsage(ByteView value, const v1::KeyUsage& asked) {
  // The members are in the order of the bits (RFC 5280 section 4.2.1.3).
  const auto bits = ParseKeyUsage(value);
  ASSERT_TRUE(bits.has_value());
  for (int i = 0; i < v1::KeyUsage::descriptor()->field_count(); ++i) {
    const auto* field = v1::KeyUsage::descriptor()->field(i);
    EXPECT_EQ((*bits >> i & 1) != 0,
              asked.GetReflection()->GetBool(asked, field))
        << field->name();
  }
}

void ExpectPurposes(ByteView value, const v1::Extensions& asked) {
  // By number of the type.
  static const char* const kTypes[] = {"",
                                       "1.3.6.1.5.5.7.3.1",
                                       "1.3.6.1.5.5.7.3.2",
                                       "1.3.6.1.5.5.7.3.3",
                                       "1.3.6.1.5.5.7.3.4",
                                       "1.3.6.1.5.5.7.3.8",
                                       "1.3.6.1.5.5.7.3.9",
                                       "1.3.6.1.4.1.311.20.2.2",
                                       "1.3.6.1.4.1.311.10.3.12",
                                       "1.3.6.1.4.1.11129.2.4.4"};
  std::vector<std::string> wanted;
  for (const v1::ExtendedKeyUsage& one : asked.extended_key_usage()) {
    wanted.push_back(one.has_extended_key_usage_type()
                         ? kTypes[one.extended_key_usage_type()]
                         : one.extended_key_usage_object_identifier());
  }
  std::vector<std::string> actual;
  const auto purposes = ParseExtendedKeyUsage(value);
  for (const ByteView purpose : purposes.value()) {
    actual.push_back(oid::ToText(purpose));
  }
  EXPECT_EQ(actual, wanted);
}

void ExpectPolicies(ByteView value, const v1::Extensions& asked) {
  // RFC 5280 section 4.2.1.4, written once more.
  der::Writer wanted;
  wanted.Add(der::kSequence, [&](der::Writer& policies) {
    for (const v1::PolicyInformation& one : asked.certificate_policies()) {
      policies.Add(der::kSequence, [&](der::Writer& information) {
        information.AddOid(View(*oid::FromText(one.cert_policy_id())));
        if (one.policy_qualifiers().empty()) return;
        information.Add(der::kSequence, [&](der::Writer& qualifiers) {
          for (const v1::PolicyQualifierInfo& info : one.policy_qualifiers()) {
            qualifiers.Add(der::kSequence, [&](der::Writer& qualifier) {
              qualifier.AddOid(View(*oid::FromText("1.3.6.1.5.5.7.2.1")));
              qualifier.AddText(der::kIa5String, info.qualifier().cps_uri());
            });
          }
        });
      });
    }
  });
  EXPECT_EQ(Hex(value), Hex(View(wanted.Finish())));
}

// ---- Who should have won ---------------------------------------------------

// One request and what it became.
class Outcome {
 public:
  Outcome(const v1::Template& form, const v1::ApiPassthrough& api,
          const Bytes& csr_subject, const std::vector<Bytes>& csr_extensions,
          const Certificate& certificate)
      : form_(form),
        api_(api),
        csr_subject_(csr_subject),
        csr_extensions_(csr_extensions),
        certificate_(certificate) {}

  void Check() {
    CheckSubject();
    std::vector<std::string> wanted;
    for (const v1::ExtensionRule& rule : form_.rules()) {
      for (const int source : rule.sources()) {
        if (!Offers(source, rule.oid())) continue;
        wanted.push_back(rule.oid());
        CheckValue(source, rule.oid());
        break;
      }
    }
    for (const int source : form_.passthrough()) {
      for (const std::string& oid : OidsOf(source)) {
        if (HasRule(oid) || Contains(wanted, oid)) continue;
        wanted.push_back(oid);
        CheckValue(source, oid);
      }
    }
    // In this order, each of them once, and nothing else.
    std::vector<std::string> actual;
    for (const Extension& extension : certificate_.tbs().extensions) {
      actual.push_back(oid::ToText(extension.oid));
    }
    EXPECT_EQ(actual, wanted);
  }

 private:
  static bool Contains(const std::vector<std::string>& list,
                       const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
  }

  bool HasRule(const std::string& oid) const {
    return std::any_of(form_.rules().begin(), form_.rules().end(),
                       [&](const auto& rule) { return rule.oid() == oid; });
  }

  // The extensions that a source has, in its order.
  std::vector<std::string> OidsOf(int source) const {
    std::vector<std::string> oids;
    const auto add = [&oids](bool has, const char* oid) {
      if (has) oids.push_back(oid);
    };
    const bool is_root = form_.kind() == v1::CERTIFICATE_KIND_ROOT_CA;
    const v1::Extensions& asked = api_.extensions();
    switch (source) {
      case v1::SOURCE_TEMPLATE:
        add(form_.extensions().has_basic_constraints(), "2.5.29.19");
        add(form_.extensions().has_key_usage(), kKeyUsageOid);
        add(form_.extensions().has_extended_key_usage(), kExtendedKeyUsageOid);
        break;
      case v1::SOURCE_ENGINE:
        add(true, "2.5.29.14");
        add(!is_root, "2.5.29.35");
        break;
      case v1::SOURCE_API:
        add(asked.has_key_usage(), kKeyUsageOid);
        add(!asked.extended_key_usage().empty(), kExtendedKeyUsageOid);
        add(!asked.subject_alternative_names().empty(), kSubjectAltNameOid);
        add(!asked.certificate_policies().empty(), kPoliciesOid);
        for (const auto& custom : asked.custom_extensions()) {
          oids.push_back(custom.object_identifier());
        }
        break;
      case v1::SOURCE_CSR:
        for (const Bytes& der : csr_extensions_) {
          oids.push_back(oid::ToText(ParseExtension(View(der))->oid));
        }
        break;
      default:
        break;  // The CA of this test says nothing about revocation.
    }
    return oids;
  }

  bool Offers(int source, const std::string& oid) const {
    return Contains(OidsOf(source), oid);
  }

  void CheckSubject() {
    const ByteView actual = certificate_.tbs().subject;
    const auto wanted = AttributesOf(api_.subject());
    const bool takes_api =
        !form_.subject().empty() && form_.subject(0) == v1::SOURCE_API;
    if (takes_api && !wanted.empty()) {
      EXPECT_EQ(AttributesOf(actual), wanted);
    } else {
      EXPECT_EQ(Hex(actual), Hex(View(csr_subject_)));
    }
  }

  // That the certificate has the value of this source.
  void CheckValue(int source, const std::string& oid) {
    SCOPED_TRACE(oid);
    const Extension* actual = certificate_.Find(View(*oid::FromText(oid)));
    ASSERT_NE(actual, nullptr);
    // An alternative name without a subject is critical, whoever gave it.
    const bool only_name =
        oid == kSubjectAltNameOid && IsEmptyName(certificate_.tbs().subject);
    if (source == v1::SOURCE_CSR) {
      for (const Bytes& der : csr_extensions_) {
        const auto asked = ParseExtension(View(der));
        if (oid::ToText(asked->oid) != oid) continue;
        EXPECT_EQ(Hex(actual->value), Hex(asked->value));
        EXPECT_EQ(actual->critical, asked->critical || only_name);
      }
    } else if (source == v1::SOURCE_API) {
      CheckApiValue(*actual, oid, only_name);
    }
  }

  void CheckApiValue(const Extension& actual, const std::string& oid,
                     bool only_name) {
    const v1::Extensions& asked = api_.extensions();
    for (const v1::CustomExtension& custom : asked.custom_extensions()) {
      if (custom.object_identifier() != oid) continue;
      EXPECT_EQ(absl::Base64Escape(Text(actual.value)), custom.value());
      EXPECT_EQ(actual.critical, custom.critical() || only_name);
      return;
    }
    EXPECT_EQ(actual.critical, oid == kKeyUsageOid || only_name);
    if (oid == kKeyUsageOid) {
      ExpectKeyUsage(actual.value, asked.key_usage());
    } else if (oid == kExtendedKeyUsageOid) {
      ExpectPurposes(actual.value, asked);
    } else if (oid == kSubjectAltNameOid) {
      ExpectNames(actual.value, asked);
    } else {
      ASSERT_EQ(oid, kPoliciesOid);
      ExpectPolicies(actual.value, asked);
    }
  }

  const v1::Template& form_;
  const v1::ApiPassthrough& api_;
  const Bytes& csr_subject_;
  const std::vector<Bytes>& csr_extensions_;
  const Certificate& certificate_;
};

TEST(PassthroughPropertyTest, WhatComesOutIsWhatWasAskedFor) {
  std::cout << "seed " << kSeed << std::endl;
  Random random(kSeed);
  Maker maker(&random);
  EngineHarness harness({}, std::make_shared<FixedKeyStore>());
  const std::string ca = harness.CreateRoot("Root").value();
  const PrivateKey ca_key = FixedKey(1);
  const PrivateKey key = FixedKey(2);
  const Catalogue catalogue = Catalogue::Load(BuiltInCatalogue()).value();
  std::vector<const PreparedTemplate*> templates;
  for (const auto& [name, form] : catalogue.templates()) {
    templates.push_back(&form);
  }

  int issued = 0;
  std::map<v1::Reason, int> refused;
  for (int i = 0; i < kRequests && !testing::Test::HasFailure(); ++i) {
    const PreparedTemplate& form = *random.Pick(templates);
    const bool is_root = form.kind() == v1::CERTIFICATE_KIND_ROOT_CA;
    const Bytes subject = maker.CsrSubject();
    const std::vector<Bytes> extensions = maker.CsrExtensions();
    auto request = harness.IssueRequest(
        ca, View(TestCsrOf(is_root ? ca_key : key, View(subject), extensions)));
    request.set_template_arn(form.arn());
    *request.mutable_api_passthrough() = maker.Api();
    SCOPED_TRACE(absl::StrCat("request ", i, ": ", request.template_arn(), " ",
                              request.api_passthrough().DebugString()));
    const auto answer = harness.Issue(request);
    if (!answer.ok()) {
      const v1::ErrorDetail detail = DetailOf(answer.status());
      EXPECT_NE(detail.reason(), v1::REASON_UNSPECIFIED) << answer.status();
      EXPECT_NE(detail.code(), v1::INTERNAL_FAILURE) << answer.status();
      EXPECT_NE(detail.field(), "") << answer.status();
      ++refused[detail.reason()];
      continue;
    }
    ++issued;
    const Bytes der = DecodePem(answer->certificate(), kLabels)->front();
    const auto certificate = Certificate::Parse(View(der), "Test");
    ASSERT_THAT(certificate, IsOk());
    Outcome(form.definition(), request.api_passthrough(), subject, extensions,
            *certificate)
        .Check();
  }
  // Enough of either, or the test shows little.
  EXPECT_GT(issued, kRequests / 2);
  EXPECT_GT(kRequests - issued, kRequests / 10);
  EXPECT_GT(refused.size(), 15U);
  for (const auto& [reason, count] : refused) {
    std::cout << v1::Reason_Name(reason) << " " << count << "\n";
  }
}

}  // namespace
}  // namespace pki
