// Loading the catalogue and finding templates by ARN.
#include "pki/template/catalogue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using testing::ElementsAre;

Catalogue BuiltIn() {
  auto catalogue = Catalogue::Load(BuiltInCatalogue());
  EXPECT_TRUE(catalogue.ok()) << catalogue.status();
  return *std::move(catalogue);
}

TEST(CatalogueTest, FindsTemplatesInEveryPartition) {
  const Catalogue catalogue = BuiltIn();
  for (const char* partition : {"aws", "aws-cn", "aws-us-gov"}) {
    for (const auto& [name, prepared] : catalogue.templates()) {
      EXPECT_EQ(name, prepared.name());
      const auto found = catalogue.Find(
          absl::StrCat(TemplateArnPrefix(partition), prepared.name()));
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(*found, &prepared);
    }
  }
}

TEST(CatalogueTest, WritesArns) {
  EXPECT_EQ(TemplateArnPrefix("aws-cn"), "arn:aws-cn:acm-pca:::template/");
  EXPECT_EQ(TemplateArnPrefix("aws", "eu-west-1", "123456789012"),
            "arn:aws:acm-pca:eu-west-1:123456789012:template/");
  EXPECT_EQ(BuiltIn().Default().arn(),
            "arn:aws:acm-pca:::template/EndEntityCertificate/V1");
}

TEST(CatalogueTest, KeepsItsTemplatesWhenMoved) {
  Catalogue first = BuiltIn();
  const PreparedTemplate* before = &first.Default();
  const Catalogue second = std::move(first);
  EXPECT_EQ(&second.Default(), before);
  EXPECT_EQ(second.Find(before->arn()).value(), before);
}

TEST(CatalogueTest, RefusesOtherArns) {
  const Catalogue catalogue = BuiltIn();
  for (const char* arn : {
           "",
           "EndEntityCertificate/V1",
           "arn:aws:acm-pca:::template/",
           "arn:aws",
           "arn:aws-iso:acm-pca:::template/EndEntityCertificate/V1",
           "arn::acm-pca:::template/EndEntityCertificate/V1",
           "arn:aws:acm:::template/EndEntityCertificate/V1",
           "arn:aws:acm-pca:us-east-1:template/EndEntityCertificate/V1",
           "arn:aws:acm-pca:::certificate-authority/EndEntityCertificate/V1",
           "ARN:aws:acm-pca:::template/EndEntityCertificate/V1",
       }) {
    const auto detail = DetailOf(catalogue.Find(arn).status());
    EXPECT_EQ(detail.reason(), v1::REASON_TEMPLATE_ARN) << arn;
    EXPECT_EQ(detail.code(), v1::INVALID_ARN_EXCEPTION) << arn;
    EXPECT_EQ(detail.field(), "Request.TemplateArn") << arn;
  }
}

TEST(CatalogueTest, RefusesUnknownTemplates) {
  const Catalogue catalogue = BuiltIn();
  for (const char* name : {
           "EndEntityCertificate",
           "EndEntityCertificate/V2",
           "EndEntityCertificate/V1/",
           "endentitycertificate/V1",
           "EndEntityCertificate_Passthrough/V1",
           "BlankEndEntityCertificate/V1",
           "SubordinateCACertificate/V1",
           "/",
       }) {
    const auto detail = DetailOf(
        catalogue.Find(absl::StrCat("arn:aws:acm-pca:::template/", name))
            .status());
    EXPECT_EQ(detail.reason(), v1::REASON_TEMPLATE_UNKNOWN) << name;
    EXPECT_EQ(detail.code(), v1::INVALID_ARGS_EXCEPTION) << name;
    EXPECT_EQ(detail.field(), "Request.TemplateArn") << name;
  }
}

// The one thing of a message that is a promise: that it names what was meant.
TEST(CatalogueTest, NamesTheNearestTemplates) {
  const Catalogue catalogue = BuiltIn();
  const struct {
    const char* asked;
    const char* meant;
  } cases[] = {
      {"EndEntityServerAuthCertificate", "EndEntityServerAuthCertificate/V1"},
      {"OcspSigningCertificate/V1", "OCSPSigningCertificate/V1"},
      {"SubordinateCACertificate_PathLen4/V1",
       "SubordinateCACertificate_PathLen3/V1"},
      {"RootCA/V1", "RootCACertificate/V1"},
  };
  for (const auto& one : cases) {
    const auto detail = DetailOf(
        catalogue.Find(absl::StrCat("arn:aws:acm-pca:::template/", one.asked))
            .status());
    EXPECT_NE(detail.message().find(one.meant), std::string::npos)
        << detail.message();
  }
}

// The built-in catalogue with `text` on top of it.
absl::StatusOr<Catalogue> OnTop(absl::string_view text) {
  PKI_ASSIGN_OR_RETURN(auto built_in, ParseCatalogue(BuiltInCatalogue()));
  PKI_ASSIGN_OR_RETURN(auto own, ParseCatalogue(text));
  return Catalogue::Load(
      {{std::move(built_in), TemplateArnPrefix("aws"), "BuiltIn"},
       {std::move(own), TemplateArnPrefix("aws", "eu-west-1", "123456789012"),
        "Own"}});
}

TEST(CatalogueTest, CataloguesContinueThoseBefore) {
  const auto catalogue = OnTop(R"(
      default_template: "Device"
      varieties { name: "plain" sources: SOURCE_CSR }
      rules { oid: "1.2.3" }
      rule_sets {
        name: "no names"
        rules { oid: "2.5.29.17" }
      }
      templates {
        name: "Device"
        kind: CERTIFICATE_KIND_END_ENTITY
        varieties: [ "plain", "api" ]
        rule_sets: [ "blank", "no names" ]
        lint_profiles: LINT_PROFILE_MATTER_DAC
      })");
  ASSERT_THAT(catalogue, IsOk());
  EXPECT_EQ(catalogue->templates().size(), 63u);
  const PreparedTemplate& own = catalogue->Default();
  EXPECT_EQ(own.arn(),
            "arn:aws:acm-pca:eu-west-1:123456789012:template/Device");
  EXPECT_THAT(own.lint_profiles(), ElementsAre(v1::LINT_PROFILE_MATTER_DAC));
  EXPECT_EQ(own.rules().size(), 10u);
  EXPECT_TRUE(own.FindRule(oid::kSubjectAltName)->sources.empty());
  EXPECT_THAT(own.FindRule(oid::kKeyUsage)->sources,
              ElementsAre(v1::SOURCE_CSR));
  EXPECT_THAT(catalogue->Find("arn:aws:acm-pca:eu-west-1:123456789012:template/"
                              "Device_APIPassthrough/V1"),
              IsOk());
  // Those before stay as they are.
  const auto before =
      catalogue->Find("arn:aws-cn:acm-pca:::template/EndEntityCertificate/V1");
  ASSERT_THAT(before, IsOk());
  EXPECT_EQ((*before)->rules().size(), 9u);
}

TEST(CatalogueTest, TheAccountsTemplatesAreOnlyItsOwn) {
  const auto catalogue = OnTop(
      "templates { name: 'Device' kind: CERTIFICATE_KIND_END_ENTITY "
      "varieties: 'base' }");
  ASSERT_THAT(catalogue, IsOk());
  EXPECT_THAT(catalogue->Find(
                  "arn:aws:acm-pca:eu-west-1:123456789012:template/Device/V1"),
              IsOk());
  for (const char* arn : {
           "arn:aws:acm-pca:eu-west-1:123456789013:template/Device/V1",
           "arn:aws:acm-pca:eu-west-2:123456789012:template/Device/V1",
           "arn:aws-cn:acm-pca:eu-west-1:123456789012:template/Device/V1",
           "arn:aws:acm-pca:::template/Device/V1",
           "arn:aws:acm-pca:eu-west-1:123456789012:template/"
           "EndEntityCertificate/V1",
           "arn:aws:acm-pca:eu-west-1::template/EndEntityCertificate/V1",
       }) {
    EXPECT_THAT(catalogue->Find(arn),
                IsRefusal(v1::REASON_TEMPLATE_UNKNOWN, "Request.TemplateArn"))
        << arn;
  }
}

TEST(CatalogueTest, SaysInWhichCatalogueAMistakeIs) {
  const std::string good =
      "templates { name: 'T' kind: CERTIFICATE_KIND_END_ENTITY "
      "varieties: 'base' }";
  ASSERT_THAT(OnTop(good), IsOk());
  ASSERT_THAT(OnTop(""), IsOk());
  const struct {
    v1::Reason reason;
    std::string text;
  } cases[] = {
      {v1::REASON_TEMPLATE_DUPLICATE,
       "templates { name: 'EndEntityCertificate' "
       "kind: CERTIFICATE_KIND_END_ENTITY varieties: 'base' }"},
      {v1::REASON_TEMPLATE_DUPLICATE,
       "varieties { name: 'api' } templates { varieties: 'api' }"},
      {v1::REASON_TEMPLATE_DUPLICATE,
       "rule_sets { name: 'blank' } templates { rule_sets: 'blank' }"},
      // The catalogue before has a rule for it.
      {v1::REASON_TEMPLATE_OID, good + "rules { oid: '2.5.29.15' }"},
      {v1::REASON_TEMPLATE_REFERENCE, "templates { varieties: 'none' }"},
      {v1::REASON_TEMPLATE_UNUSED, "varieties { name: 'own' }"},
      {v1::REASON_TEMPLATE_KIND,
       "templates { name: 'T' kind: CERTIFICATE_KIND_END_ENTITY "
       "varieties: 'base' extensions { basic_constraints { ca: true } } }"},
      {v1::REASON_TEMPLATE_KIND,
       "templates { name: 'T' kind: CERTIFICATE_KIND_SUBORDINATE_CA "
       "varieties: 'base' }"},
      {v1::REASON_TEMPLATE_CA,
       "templates { name: 'T' kind: CERTIFICATE_KIND_END_ENTITY "
       "varieties: 'csr' rule_sets: 's' } "
       "rule_sets { name: 's' "
       "rules { oid: '2.5.29.19' sources: SOURCE_PASSTHROUGH } }"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(OnTop(one.text), IsRefusal(one.reason, "Own")) << one.text;
  }
  EXPECT_THAT(OnTop("default_template: 'None/V1'"),
              IsRefusal(v1::REASON_TEMPLATE_REFERENCE, "Own.default_template"));
}

TEST(CatalogueTest, RefusesBrokenCatalogues) {
  const std::string base = R"(
      default_template: "T"
      varieties { name: "v" }
      subject: SOURCE_CSR
      templates { name: "T" kind: CERTIFICATE_KIND_END_ENTITY varieties: "v" }
  )";
  ASSERT_TRUE(Catalogue::Load(base).ok());
  const struct {
    v1::Reason reason;
    std::string text;
  } cases[] = {
      {v1::REASON_TEMPLATE_TEXT, "{"},
      {v1::REASON_TEMPLATE_TEXT, "\xb4: \xff"},
      {v1::REASON_TEMPLATE_TEXT, base + "colour: 3"},
      {v1::REASON_TEMPLATE_TEXT, base + "subject: SOURCE_MOON"},
      {v1::REASON_TEMPLATE_REFERENCE, ""},
      {v1::REASON_TEMPLATE_REFERENCE, base + "templates { varieties: 'w' }"},
      {v1::REASON_TEMPLATE_REFERENCE,
       base + "templates { varieties: 'v' rule_sets: 's' }"},
      {v1::REASON_TEMPLATE_REFERENCE,
       base + "rule_sets { name: 's' rules { oid: '1.2' } }"
              "templates { varieties: 'v' rule_sets: 's' }"},
      {v1::REASON_TEMPLATE_DUPLICATE,
       base + "templates { name: 'T' kind: CERTIFICATE_KIND_END_ENTITY "
              "varieties: 'v' }"},
      {v1::REASON_TEMPLATE_DUPLICATE,
       base + "rules { oid: '2.5.29.19' sources: SOURCE_TEMPLATE }"
              "templates { name: 'S' kind: CERTIFICATE_KIND_SUBORDINATE_CA "
              "varieties: 'v' path_lengths: [ 1, 1 ] "
              "extensions { basic_constraints { ca: true } } }"},
      {v1::REASON_TEMPLATE_DUPLICATE, base + "varieties { name: 'v' }"},
      {v1::REASON_TEMPLATE_DUPLICATE,
       base + "rule_sets { name: 's' } rule_sets { name: 's' } "
              "templates { varieties: 'v' rule_sets: 's' }"},
      {v1::REASON_TEMPLATE_DUPLICATE,
       base + "rule_sets { name: 's' rules { oid: '1.2' } "
              "rules { oid: '1.2' } } "
              "templates { varieties: 'v' rule_sets: 's' }"},
      {v1::REASON_TEMPLATE_UNUSED, base + "varieties { name: 'w' }"},
      {v1::REASON_TEMPLATE_UNUSED, base + "rule_sets { name: 's' }"},
      {v1::REASON_TEMPLATE_KIND,
       base + "rules { oid: '2.5.29.19' sources: SOURCE_TEMPLATE }"
              "templates { name: 'S' kind: CERTIFICATE_KIND_END_ENTITY "
              "varieties: 'v' path_lengths: 1 }"},
      {v1::REASON_TEMPLATE_INCOMPLETE, base + "templates { varieties: 'v' }"},
  };
  for (const auto& one : cases) {
    const auto detail = DetailOf(Catalogue::Load(one.text).status());
    EXPECT_EQ(detail.reason(), one.reason) << one.text;
    EXPECT_EQ(detail.code(), v1::CONFIGURATION_ERROR) << one.text;
  }
}

}  // namespace
}  // namespace pki
