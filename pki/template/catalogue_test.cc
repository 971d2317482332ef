// Loading the catalogue and finding templates by ARN.
#include "pki/template/catalogue.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"

namespace pki {
namespace {

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
      const auto found = catalogue.Find(TemplateArn(partition, prepared));
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(*found, &prepared);
    }
  }
}

TEST(CatalogueTest, WritesArns) {
  EXPECT_EQ(TemplateArn("aws-cn", BuiltIn().Default()),
            "arn:aws-cn:acm-pca:::template/EndEntityCertificate/V1");
}

TEST(CatalogueTest, KeepsItsTemplatesWhenMoved) {
  Catalogue first = BuiltIn();
  const PreparedTemplate* before = &first.Default();
  const Catalogue second = std::move(first);
  EXPECT_EQ(&second.Default(), before);
  EXPECT_EQ(second.Find(TemplateArn("aws", *before)).value(), before);
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
           "arn:aws:acm-pca:us-east-1::template/EndEntityCertificate/V1",
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
