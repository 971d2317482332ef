// Requests in text form, and the DER or the refusal that they come to.
#include "pki/policy/api_fields.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pki/base/status.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

using testing::ElementsAre;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message))
      << text;
  return message;
}

absl::StatusOr<Bytes> Subject(const std::string& text) {
  return SubjectToDer(Parse<v1::ASN1Subject>(text));
}

absl::StatusOr<std::vector<Bytes>> Api(const std::string& text) {
  return ApiExtensionsToDer(Parse<v1::Extensions>(text));
}

// The value of the only extension that the request comes to, in hexadecimal.
std::string OnlyValue(const absl::StatusOr<std::vector<Bytes>>& extensions) {
  if (!extensions.ok()) return extensions.status().ToString();
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& list) {
    for (const Bytes& extension : *extensions) list.AddRaw(View(extension));
  });
  const Bytes list = writer.Finish();
  const auto parsed = ParseExtensions(View(list));
  if (!parsed.has_value() || parsed->size() != 1) return "not one extension";
  return Hex(parsed->front().value);
}

std::string Name(const std::string& text) {
  return OnlyValue(Api(absl::StrCat("subject_alternative_names {", text, "}")));
}

std::vector<std::string> InHex(
    const absl::StatusOr<std::vector<Bytes>>& extensions) {
  if (!extensions.ok()) return {extensions.status().ToString()};
  std::vector<std::string> hex;
  for (const Bytes& extension : *extensions) {
    hex.push_back(Hex(View(extension)));
  }
  return hex;
}

TEST(SubjectTest, NamedAttributesStandInTheOrderOfMembersWithTheirTypes) {
  const auto name = Subject(R"(
      generation_qualifier: "N" pseudonym: "M" initials: "L" given_name: "K"
      surname: "J" title: "I" locality: "H" serial_number: "G" common_name: "F"
      state: "E" distinguished_name_qualifier: "D" organizational_unit: "C"
      organization: "B" country: "AA")");
  ASSERT_THAT(name, IsOk());
  const auto attributes = ParseName(View(*name));
  ASSERT_TRUE(attributes.has_value());
  std::string shown;
  for (const Attribute& attribute : *attributes) {
    EXPECT_FALSE(attribute.joins_previous);
    absl::StrAppend(&shown, Hex(attribute.type), " ", attribute.tag, " ",
                    Text(attribute.value), "\n");
  }
  EXPECT_EQ(shown, absl::StrReplaceAll("550406 P AA\n"
                                       "55040a U B\n"
                                       "55040b U C\n"
                                       "55042e P D\n"
                                       "550408 U E\n"
                                       "550403 U F\n"
                                       "550405 P G\n"
                                       "550407 U H\n"
                                       "55040c U I\n"
                                       "550404 U J\n"
                                       "55042a U K\n"
                                       "55042b U L\n"
                                       "550441 U M\n"
                                       "55042c U N\n",
                                       {{" P ", " 19 "}, {" U ", " 12 "}}));
}

TEST(SubjectTest, CustomAttributesKeepTheirOrderAndGetTheirTypes) {
  const auto name = Subject(R"(
      custom_attributes {
        object_identifier: "0.9.2342.19200300.100.1.25" value: "x" }
      custom_attributes {
        object_identifier: "1.2.840.113549.1.9.1" value: "a@b" }
      custom_attributes { object_identifier: "2.5.4.6" value: "US" }
      custom_attributes {
        object_identifier: "1.3.6.1.4.1.37244.2.1" value: "FFF1" })");
  ASSERT_THAT(name, IsOk());
  EXPECT_EQ(Hex(View(*name)),
            "304a3111300f060a0992268993f22c6401191601783112301006092a864886f70d"
            "0109011603614062310b30090603550406130255533114301206"
            "0a2b0601040182a27c02010c0446464631");
}

TEST(SubjectTest, MayBeEmpty) {
  const auto name = Subject("");
  ASSERT_THAT(name, IsOk());
  EXPECT_TRUE(IsEmptyName(View(*name)));
}

TEST(SubjectTest, Refuses) {
  const auto custom = [&](const char* oid, const std::string& value) {
    return absl::StrCat(
        "custom_attributes { object_identifier: '1.2.3' value: "
        "'x' } ",
        absl::StrReplaceAll("custom_attributes { object_identifier: 'OID' "
                            "value: 'VALUE' }",
                            {{"OID", oid}, {"VALUE", value}}));
  };
  EXPECT_THAT(Subject(custom("2.5.4.3", "x") + " common_name: 'x'"),
              IsRefusal(v1::REASON_SUBJECT_MIXED, "CustomAttributes"));
  EXPECT_THAT(Subject(custom("3.1", "x")),
              IsRefusal(v1::REASON_OID_MALFORMED,
                        "CustomAttributes[1].ObjectIdentifier"));
  EXPECT_THAT(
      Subject(custom("2.5.4.3", std::string(65, 'x'))),
      IsRefusal(v1::REASON_ATTRIBUTE_LENGTH, "CustomAttributes[1].Value"));
  EXPECT_THAT(
      Subject(custom("1.2.3", "")),
      IsRefusal(v1::REASON_ATTRIBUTE_LENGTH, "CustomAttributes[1].Value"));
  EXPECT_THAT(
      Subject(custom("2.5.4.5", "a*b")),
      IsRefusal(v1::REASON_ATTRIBUTE_TEXT, "CustomAttributes[1].Value"));
  EXPECT_THAT(Subject("common_name: ''"),
              IsRefusal(v1::REASON_ATTRIBUTE_LENGTH, "CommonName"));
  for (const char* text : {"bank\\000evil", "a\\nb", "\\177"}) {
    EXPECT_THAT(Subject(absl::StrCat("common_name: '", text, "'")),
                IsRefusal(v1::REASON_ATTRIBUTE_TEXT, "CommonName"))
        << text;
  }
  EXPECT_THAT(
      Subject(custom("1.2.3", "\\001")),
      IsRefusal(v1::REASON_ATTRIBUTE_TEXT, "CustomAttributes[1].Value"));
}

TEST(GeneralNameFieldTest, EveryFormIsWritten) {
  EXPECT_EQ(Name("other_name { type_id: '1.2.3' value: 'a' }"),
            "300ba00906022a03a0030c0161");
  EXPECT_EQ(Name("rfc822_name: 'a@b'"), "30058103614062");
  EXPECT_EQ(Name("dns_name: 'a.b'"), "30058203612e62");
  EXPECT_EQ(Name("directory_name { common_name: 'x' }"),
            "3010a40e300c310a300806035504030c0178");
  EXPECT_EQ(Name("edi_party_name { party_name: 'p' name_assigner: 'n' }"),
            "300ca50aa0030c016ea1030c0170");
  EXPECT_EQ(Name("edi_party_name { party_name: 'p' }"), "3007a505a1030c0170");
  EXPECT_EQ(Name("uniform_resource_identifier: 's:x'"), "30058603733a78");
  EXPECT_EQ(Name("ip_address: '127.0.0.1'"), "300687047f000001");
  EXPECT_EQ(Name("ip_address: '2001:db8::1'"),
            "3012871020010db8000000000000000000000001");
  EXPECT_EQ(Name("registered_id: '1.2.3'"), "300488022a03");
}

TEST(GeneralNameFieldTest, Refuses) {
  const auto refusal = [](const std::string& text) {
    return Api(absl::StrCat("subject_alternative_names { dns_name: 'x' } ",
                            "subject_alternative_names {", text, "}"));
  };
  constexpr char kAt[] = "SubjectAlternativeNames[1]";
  const auto at = [&](const char* field) {
    return absl::StrCat(kAt, ".", field);
  };
  EXPECT_THAT(refusal(""), IsRefusal(v1::REASON_GENERAL_NAME_CHOICE, kAt));
  EXPECT_THAT(refusal("dns_name: 'a' ip_address: '1.2.3.4'"),
              IsRefusal(v1::REASON_GENERAL_NAME_CHOICE, kAt));
  EXPECT_THAT(refusal("dns_name: ''"),
              IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("DnsName")));
  for (const char* host : {"a b", " ", "bank\\000.evil", "a\\n"}) {
    EXPECT_THAT(refusal(absl::StrCat("dns_name: '", host, "'")),
                IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("DnsName")))
        << host;
  }
  EXPECT_THAT(
      refusal("uniform_resource_identifier: 'a\\rb'"),
      IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("UniformResourceIdentifier")));
  EXPECT_THAT(refusal("other_name { type_id: '1.2.3' value: '\\000' }"),
              IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("OtherName.Value")));
  EXPECT_THAT(
      refusal("edi_party_name { party_name: '\\001' }"),
      IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("EdiPartyName.PartyName")));
  EXPECT_THAT(refusal("directory_name {}"),
              IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("DirectoryName")));
  EXPECT_THAT(refusal("rfc822_name: 'h\\303\\244@b'"),
              IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("Rfc822Name")));
  EXPECT_THAT(
      refusal("uniform_resource_identifier: ''"),
      IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("UniformResourceIdentifier")));
  for (const char* address : {"", "1.2.3", "1.2.3.4/8", "1.2.3.4\\0", "::1%0",
                              "2001:db8::/32", "localhost"}) {
    EXPECT_THAT(refusal(absl::StrCat("ip_address: '", address, "'")),
                IsRefusal(v1::REASON_IP_ADDRESS, at("IpAddress")))
        << address;
  }
  EXPECT_THAT(refusal("registered_id: '1'"),
              IsRefusal(v1::REASON_OID_MALFORMED, at("RegisteredId")));
  EXPECT_THAT(refusal("other_name { type_id: '1.50' value: 'x' }"),
              IsRefusal(v1::REASON_OID_MALFORMED, at("OtherName.TypeId")));
  EXPECT_THAT(
      refusal("edi_party_name { party_name: '' }"),
      IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("EdiPartyName.PartyName")));
  EXPECT_THAT(
      refusal("edi_party_name { party_name: 'x' name_assigner: '' }"),
      IsRefusal(v1::REASON_GENERAL_NAME_TEXT, at("EdiPartyName.NameAssigner")));
  EXPECT_THAT(
      refusal("directory_name { common_name: '' }"),
      IsRefusal(v1::REASON_ATTRIBUTE_LENGTH, at("DirectoryName.CommonName")));
}

TEST(ApiExtensionsTest, StandInTheirOrder) {
  EXPECT_THAT(
      InHex(Api(R"(
      custom_extensions {
        object_identifier: "1.2.3" value: "BQA=" critical: true }
      custom_extensions { object_identifier: "1.2.4" value: "BQA=" }
      certificate_policies { cert_policy_id: "1.2.5" }
      subject_alternative_names { dns_name: "a" }
      extended_key_usage { extended_key_usage_type:
          EXTENDED_KEY_USAGE_TYPE_SERVER_AUTH }
      key_usage { digital_signature: true })")),
      ElementsAre("300e0603551d0f0101ff040403020780",
                  "30130603551d25040c300a06082b06010505070301",
                  "300c0603551d1104053003820161",
                  "300f0603551d20040830063004"
                  "06022a05",
                  "300b06022a030101ff04020500", "300806022a0404020500"));
  EXPECT_THAT(InHex(Api("")), ElementsAre());
}

TEST(ApiExtensionsTest, KnowsEveryPurposeAndAnyOid) {
  std::string request;
  for (int type = 1; v1::ExtendedKeyUsageType_IsValid(type); ++type) {
    absl::StrAppend(&request, "extended_key_usage { extended_key_usage_type: ",
                    v1::ExtendedKeyUsageType_Name(
                        static_cast<v1::ExtendedKeyUsageType>(type)),
                    " }");
  }
  absl::StrAppend(
      &request,
      "extended_key_usage { extended_key_usage_object_identifier: '1.2.3' }");
  EXPECT_EQ(OnlyValue(Api(request)),
            "3064"
            "06082b06010505070301"
            "06082b06010505070302"
            "06082b06010505070303"
            "06082b06010505070304"
            "06082b06010505070308"
            "06082b06010505070309"
            "060a2b060104018237140202"
            "060a2b0601040182370a030c"
            "060a2b06010401d679020404"
            "06022a03");
}

TEST(ApiExtensionsTest, KeyUsageHasItsBits) {
  EXPECT_EQ(OnlyValue(Api(R"(key_usage {
      digital_signature: true non_repudiation: true key_encipherment: true
      data_encipherment: true key_agreement: true key_cert_sign: true
      crl_sign: true encipher_only: true decipher_only: true })")),
            "030307ff80");
  EXPECT_EQ(OnlyValue(Api("key_usage { decipher_only: true }")), "0303070080");
  EXPECT_EQ(OnlyValue(Api("key_usage { crl_sign: true }")), "03020102");
}

TEST(ApiExtensionsTest, PoliciesHaveTheirQualifiers) {
  EXPECT_EQ(OnlyValue(Api(R"(
      certificate_policies {
        cert_policy_id: "1.2.3"
        policy_qualifiers {
          policy_qualifier_id: POLICY_QUALIFIER_ID_CPS
          qualifier { cps_uri: "u:x" } } })")),
            "30193017"
            "06022a03"
            "3011300f"
            "06082b06010505070201"
            "1603753a78");
}

TEST(ApiExtensionsTest, Refuses) {
  EXPECT_THAT(Api("key_usage {}"),
              IsRefusal(v1::REASON_KEY_USAGE_EMPTY, "KeyUsage"));
  EXPECT_THAT(Api("extended_key_usage {}"),
              IsRefusal(v1::REASON_PURPOSE_CHOICE, "ExtendedKeyUsage[0]"));
  EXPECT_THAT(
      Api("extended_key_usage { extended_key_usage_object_identifier: 'x' }"),
      IsRefusal(v1::REASON_OID_MALFORMED,
                "ExtendedKeyUsage[0].ExtendedKeyUsageObjectIdentifier"));
  EXPECT_THAT(Api("certificate_policies { cert_policy_id: '1.2.3' } "
                  "certificate_policies { cert_policy_id: '1.2.3' }"),
              IsRefusal(v1::REASON_POLICY_DUPLICATE,
                        "CertificatePolicies[1].CertPolicyId"));
  EXPECT_THAT(Api("certificate_policies { cert_policy_id: '1.2.3' "
                  "policy_qualifiers { qualifier { cps_uri: '' } } }"),
              IsRefusal(v1::REASON_GENERAL_NAME_TEXT,
                        "CertificatePolicies[0].PolicyQualifiers[0].Qualifier."
                        "CpsUri"));
  EXPECT_THAT(
      Api("subject_alternative_names { dns_name: 'a' } custom_extensions { "
          "object_identifier: '2.5.29.17' value: 'BQA=' }"),
      IsRefusal(v1::REASON_EXTENSION_DUPLICATE,
                "CustomExtensions[0].ObjectIdentifier"));
  // No base64 in its one form: another alphabet, white space, bits behind the
  // last octet.
  for (const char* value : {"?", "B QA=", "BQA=\\n", "BQB=", "BQA"}) {
    EXPECT_THAT(
        Api(absl::StrCat("custom_extensions { object_identifier: '1.2.3' "
                         "value: '",
                         value, "' }")),
        IsRefusal(v1::REASON_EXTENSION_VALUE, "CustomExtensions[0].Value"))
        << value;
  }
  EXPECT_THAT(Api("custom_extensions { object_identifier: '1' value: 'BQA=' }"),
              IsRefusal(v1::REASON_OID_MALFORMED,
                        "CustomExtensions[0].ObjectIdentifier"));
}

absl::StatusOr<std::vector<Bytes>> Csr(const std::string& text) {
  return CsrExtensionsToDer(Parse<v1::CsrExtensions>(text));
}

TEST(CsrExtensionsTest, BeginWithBasicConstraints) {
  constexpr char kCa[] = "300f0603551d130101ff040530030101ff";
  EXPECT_THAT(InHex(Csr("")), ElementsAre(kCa));
  EXPECT_THAT(InHex(Csr(R"(
      key_usage { key_cert_sign: true crl_sign: true }
      subject_information_access {
        access_method { access_method_type: ACCESS_METHOD_TYPE_CA_REPOSITORY }
        access_location { uniform_resource_identifier: "u:x" } }
      subject_information_access {
        access_method { custom_object_identifier: "1.2.3" }
        access_location { dns_name: "a" } })")),
              ElementsAre(kCa, "300e0603551d0f0101ff040403020106",
                          "302806082b0601050507010b041c301a300f06082b0601050507"
                          "30058603753a78300706022a03820161"));
}

TEST(CsrExtensionsTest, KnowsEveryAccessMethod) {
  for (int type = 1; v1::AccessMethodType_IsValid(type); ++type) {
    EXPECT_THAT(
        Csr(absl::StrCat(
            "subject_information_access { access_location { dns_name: "
            "'a' } access_method { access_method_type: ",
            v1::AccessMethodType_Name(static_cast<v1::AccessMethodType>(type)),
            " } }")),
        IsOk());
  }
}

TEST(CsrExtensionsTest, Refuses) {
  constexpr char kLocation[] = "access_location { dns_name: 'a' }";
  const auto access = [](const std::string& text) {
    return Csr(absl::StrCat("subject_information_access {", text, "}"));
  };
  EXPECT_THAT(Csr("key_usage { crl_sign: false }"),
              IsRefusal(v1::REASON_KEY_USAGE_EMPTY, "KeyUsage"));
  EXPECT_THAT(access(kLocation),
              IsRefusal(v1::REASON_ACCESS_METHOD_CHOICE,
                        "SubjectInformationAccess[0].AccessMethod"));
  EXPECT_THAT(access(absl::StrCat(kLocation,
                                  "access_method { custom_object_identifier: "
                                  "'1.2.3' access_method_type: "
                                  "ACCESS_METHOD_TYPE_CA_REPOSITORY }")),
              IsRefusal(v1::REASON_ACCESS_METHOD_CHOICE,
                        "SubjectInformationAccess[0].AccessMethod"));
  EXPECT_THAT(access("access_method { custom_object_identifier: '9' }"),
              IsRefusal(v1::REASON_OID_MALFORMED,
                        "SubjectInformationAccess[0].AccessMethod."
                        "CustomObjectIdentifier"));
  EXPECT_THAT(access("access_method { custom_object_identifier: '1.2.3' }"),
              IsRefusal(v1::REASON_GENERAL_NAME_CHOICE,
                        "SubjectInformationAccess[0].AccessLocation"));
}

}  // namespace
}  // namespace pki
