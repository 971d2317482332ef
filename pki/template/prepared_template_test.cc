// What Prepare() makes of a template, and what it refuses.
#include "pki/template/prepared_template.h"

#include <google/protobuf/text_format.h>

#include <functional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"

namespace pki {
namespace {

v1::Template Good() {
  v1::Template expanded;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(
        name: "T/V1"
        kind: CERTIFICATE_KIND_SUBORDINATE_CA
        subject: [ SOURCE_API, SOURCE_CSR ]
        rules { oid: "2.5.29.19" sources: SOURCE_TEMPLATE }
        rules { oid: "2.5.29.15" sources: SOURCE_TEMPLATE }
        rules { oid: "2.5.29.37" sources: [ SOURCE_API, SOURCE_TEMPLATE ] }
        passthrough: SOURCE_CSR
        lint_profiles: LINT_PROFILE_MATTER_PAI
        extensions {
          basic_constraints { critical: true ca: true path_length: 3 }
          key_usage {
            critical: true
            bits: [ KEY_USAGE_BIT_KEY_CERT_SIGN, KEY_USAGE_BIT_DECIPHER_ONLY ]
          }
          extended_key_usage { purposes: "1.3.6.1.5.5.7.3.1" }
        }
      )",
      &expanded));
  return expanded;
}

absl::StatusOr<PreparedTemplate> Prepare(const v1::Template& expanded) {
  return PreparedTemplate::Prepare(expanded, "arn:test:");
}

TEST(PreparedTemplateTest, HoldsWhatTheTemplateSays) {
  const auto prepared = Prepare(Good());
  ASSERT_TRUE(prepared.ok()) << prepared.status();
  EXPECT_EQ(prepared->name(), "T/V1");
  EXPECT_EQ(prepared->arn(), "arn:test:T/V1");
  EXPECT_EQ(prepared->kind(), v1::CERTIFICATE_KIND_SUBORDINATE_CA);
  EXPECT_EQ(prepared->path_length(), 3u);
  EXPECT_EQ(prepared->subject(),
            PreparedTemplate::Sources({v1::SOURCE_API, v1::SOURCE_CSR}));
  EXPECT_EQ(prepared->passthrough(),
            PreparedTemplate::Sources({v1::SOURCE_CSR}));
  ASSERT_EQ(prepared->rules().size(), 3u);
  EXPECT_EQ(View(prepared->rules()[0].oid), oid::kBasicConstraints);
  EXPECT_EQ(prepared->FindRule(oid::kExtendedKeyUsage), &prepared->rules()[2]);
  EXPECT_EQ(prepared->FindRule(oid::kSubjectAltName), nullptr);
  EXPECT_THAT(prepared->lint_profiles(),
              testing::ElementsAre(v1::LINT_PROFILE_MATTER_PAI));
}

TEST(PreparedTemplateTest, EncodesItsExtensionsOnce) {
  auto made = Prepare(Good());
  ASSERT_TRUE(made.ok());
  // Views outlive a move.
  const PreparedTemplate prepared = *std::move(made);
  std::vector<std::string> der;
  for (const Extension& extension : prepared.extensions()) {
    der.push_back(Hex(extension.der));
  }
  // By hand, after X.690 and RFC 5280 sections 4.2.1.9, 4.2.1.3, 4.2.1.12.
  EXPECT_EQ(der, std::vector<std::string>({
                     "30120603551d130101ff040830060101ff020103",
                     "300f0603551d0f0101ff04050303070480",
                     "30130603551d25040c300a06082b06010505070301",
                 }));
}

TEST(PreparedTemplateTest, MayBringNothing) {
  v1::Template expanded = Good();
  expanded.set_kind(v1::CERTIFICATE_KIND_END_ENTITY);
  expanded.clear_extensions();
  const auto prepared = Prepare(expanded);
  ASSERT_TRUE(prepared.ok()) << prepared.status();
  EXPECT_TRUE(prepared->extensions().empty());
  EXPECT_EQ(prepared->path_length(), std::nullopt);
}

TEST(PreparedTemplateTest, RefusesContradictions) {
  struct Case {
    v1::Reason reason;
    std::function<void(v1::Template&)> spoil;
  };
  const Case cases[] = {
      {v1::REASON_TEMPLATE_INCOMPLETE, [](auto& t) { t.clear_name(); }},
      {v1::REASON_TEMPLATE_INCOMPLETE, [](auto& t) { t.set_name("a:b"); }},
      {v1::REASON_TEMPLATE_INCOMPLETE, [](auto& t) { t.set_name("\xff"); }},
      {v1::REASON_TEMPLATE_INCOMPLETE, [](auto& t) { t.set_name("T//V1"); }},
      {v1::REASON_TEMPLATE_INCOMPLETE, [](auto& t) { t.set_name("/V1"); }},
      {v1::REASON_TEMPLATE_INCOMPLETE,
       [](auto& t) { t.set_name(std::string(200, 'T')); }},
      {v1::REASON_TEMPLATE_INCOMPLETE, [](auto& t) { t.clear_kind(); }},
      {v1::REASON_TEMPLATE_INCOMPLETE,
       [](auto& t) { t.set_kind(static_cast<v1::CertificateKind>(99)); }},
      {v1::REASON_TEMPLATE_INCOMPLETE, [](auto& t) { t.clear_subject(); }},
      {v1::REASON_TEMPLATE_SOURCE,
       [](auto& t) { t.add_subject(v1::SOURCE_PASSTHROUGH); }},
      {v1::REASON_TEMPLATE_SOURCE,
       [](auto& t) { t.add_passthrough(v1::SOURCE_UNSPECIFIED); }},
      {v1::REASON_TEMPLATE_SOURCE,
       [](auto& t) {
         t.mutable_rules(1)->add_sources(static_cast<v1::Source>(99));
       }},
      // What the engine computes is key identifiers, and what a CA configures
      // is where its revocation is found.
      {v1::REASON_TEMPLATE_SOURCE,
       [](auto& t) { t.mutable_rules(1)->add_sources(v1::SOURCE_ENGINE); }},
      {v1::REASON_TEMPLATE_SOURCE,
       [](auto& t) {
         t.mutable_rules(1)->add_sources(v1::SOURCE_CA_CONFIGURATION);
       }},
      {v1::REASON_TEMPLATE_SOURCE,
       [](auto& t) { t.add_subject(v1::SOURCE_TEMPLATE); }},
      {v1::REASON_TEMPLATE_SOURCE,
       [](auto& t) { t.add_passthrough(v1::SOURCE_ENGINE); }},
      {v1::REASON_TEMPLATE_LINT_PROFILE,
       [](auto& t) { t.add_lint_profiles(v1::LINT_PROFILE_MATTER_PAI); }},
      {v1::REASON_TEMPLATE_LINT_PROFILE,
       [](auto& t) { t.add_lint_profiles(v1::LINT_PROFILE_UNSPECIFIED); }},
      {v1::REASON_TEMPLATE_LINT_PROFILE,
       [](auto& t) { t.add_lint_profiles(static_cast<v1::LintProfile>(99)); }},
      // No request decides what is a CA, or how far it reaches.
      {v1::REASON_TEMPLATE_CA,
       [](auto& t) {
         t.mutable_rules(0)->set_sources(0, v1::SOURCE_CSR);
         t.mutable_rules(0)->add_sources(v1::SOURCE_TEMPLATE);
       }},
      {v1::REASON_TEMPLATE_CA,
       [](auto& t) {
         t.set_kind(v1::CERTIFICATE_KIND_END_ENTITY);
         t.clear_extensions();
         t.mutable_rules()->DeleteSubrange(0, 1);
       }},
      {v1::REASON_TEMPLATE_OID,
       [](auto& t) { t.mutable_rules(0)->set_oid("keyUsage"); }},
      {v1::REASON_TEMPLATE_OID, [](auto& t) { *t.add_rules() = t.rules(0); }},
      {v1::REASON_TEMPLATE_EXTENSION,
       [](auto& t) {
         t.mutable_extensions()->mutable_extended_key_usage()->add_purposes(
             "1.");
       }},
      {v1::REASON_TEMPLATE_EXTENSION,
       [](auto& t) {
         t.mutable_extensions()->mutable_extended_key_usage()->clear_purposes();
       }},
      {v1::REASON_TEMPLATE_EXTENSION,
       [](auto& t) {
         t.mutable_extensions()->mutable_key_usage()->clear_bits();
       }},
      {v1::REASON_TEMPLATE_EXTENSION,
       [](auto& t) {
         t.mutable_extensions()->mutable_key_usage()->add_bits(
             static_cast<v1::KeyUsageBit>(9));
       }},
      {v1::REASON_TEMPLATE_UNREACHABLE,
       [](auto& t) { t.mutable_rules(1)->clear_sources(); }},
      {v1::REASON_TEMPLATE_UNREACHABLE,
       [](auto& t) { t.mutable_rules()->RemoveLast(); }},
      {v1::REASON_TEMPLATE_UNREACHABLE,
       [](auto& t) { t.mutable_rules(1)->add_sources(v1::SOURCE_API); }},
      {v1::REASON_TEMPLATE_UNREACHABLE,
       [](auto& t) {
         v1::ExtensionRule& rule = *t.add_rules();
         rule.set_oid("2.5.29.35");
         rule.add_sources(v1::SOURCE_ENGINE);
         rule.add_sources(v1::SOURCE_CSR);
       }},
      {v1::REASON_TEMPLATE_KIND,
       [](auto& t) { t.set_kind(v1::CERTIFICATE_KIND_END_ENTITY); }},
      {v1::REASON_TEMPLATE_KIND,
       [](auto& t) {
         t.mutable_extensions()->mutable_basic_constraints()->set_ca(false);
       }},
      {v1::REASON_TEMPLATE_KIND,
       [](auto& t) {
         t.set_kind(v1::CERTIFICATE_KIND_END_ENTITY);
         t.mutable_extensions()->mutable_basic_constraints()->set_ca(false);
       }},
  };
  for (const Case& one : cases) {
    v1::Template expanded = Good();
    one.spoil(expanded);
    EXPECT_EQ(ReasonOf(Prepare(expanded).status()), one.reason)
        << expanded.ShortDebugString();
  }
}

}  // namespace
}  // namespace pki
