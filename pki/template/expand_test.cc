// The expansions, compared with a table that was written apart from them, after
// the template definitions of the AWS Private CA User Guide.
#include "pki/template/expand.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/template/catalogue.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kBasicConstraints[] = "2.5.29.19";
constexpr char kAki[] = "2.5.29.35";
constexpr char kSki[] = "2.5.29.14";
constexpr char kKeyUsage[] = "2.5.29.15";
constexpr char kExtendedKeyUsage[] = "2.5.29.37";
constexpr char kSan[] = "2.5.29.17";
constexpr char kCrlDp[] = "2.5.29.31";
constexpr char kAia[] = "1.3.6.1.5.5.7.1.1";
constexpr char kPolicies[] = "2.5.29.32";

constexpr auto kTemplate = v1::SOURCE_TEMPLATE;
constexpr auto kEngine = v1::SOURCE_ENGINE;
constexpr auto kCa = v1::SOURCE_CA_CONFIGURATION;
constexpr auto kApi = v1::SOURCE_API;
constexpr auto kCsr = v1::SOURCE_CSR;

v1::TemplateCatalogue Parse(absl::string_view text) {
  v1::TemplateCatalogue catalogue;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                            &catalogue));
  return catalogue;
}

std::map<std::string, v1::Template> ByName(
    const v1::TemplateCatalogue& catalogue) {
  const auto expanded = ExpandTemplates(catalogue);
  EXPECT_TRUE(expanded.ok()) << expanded.status();
  std::map<std::string, v1::Template> templates;
  for (const v1::Template& one : *expanded) templates[one.name()] = one;
  EXPECT_EQ(templates.size(), expanded->size());
  return templates;
}

std::vector<int> SourcesOf(const v1::Template& expanded,
                           absl::string_view oid) {
  for (const v1::ExtensionRule& rule : expanded.rules()) {
    if (rule.oid() == oid) {
      return {rule.sources().begin(), rule.sources().end()};
    }
  }
  ADD_FAILURE() << expanded.name() << " has no rule for " << oid;
  return {};
}

// The bits' names are those of RFC 5280, as the guide has them.
int Bit(absl::string_view name) {
  const std::map<absl::string_view, int> bits = {
      {"digitalSignature", 0},
      {"keyEncipherment", 2},
      {"keyCertSign", 5},
      {"cRLSign", 6},
  };
  return bits.at(name);
}

// One row of the guide's tables.
struct Row {
  const char* name;
  bool self_signed;
  bool ca;
  std::optional<uint32_t> path_length;
  bool basic_constraints_critical;
  std::vector<const char*> key_usage;  // always critical
  std::vector<std::string> purposes;   // none: no extendedKeyUsage
  bool purposes_critical;
};

const std::vector<const char*> kOfCa = {"digitalSignature", "keyCertSign",
                                        "cRLSign"};
const std::vector<const char*> kOfEndEntity = {"digitalSignature",
                                               "keyEncipherment"};

const Row kRows[] = {
    {"CodeSigningCertificate/V1",
     false,
     false,
     {},
     false,
     {"digitalSignature"},
     {"1.3.6.1.5.5.7.3.3"},
     true},
    {"EndEntityCertificate/V1",
     false,
     false,
     {},
     false,
     kOfEndEntity,
     {"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"},
     false},
    {"EndEntityClientAuthCertificate/V1",
     false,
     false,
     {},
     false,
     kOfEndEntity,
     {"1.3.6.1.5.5.7.3.2"},
     false},
    {"EndEntityServerAuthCertificate/V1",
     false,
     false,
     {},
     false,
     kOfEndEntity,
     {"1.3.6.1.5.5.7.3.1"},
     false},
    {"OCSPSigningCertificate/V1",
     false,
     false,
     {},
     false,
     {"digitalSignature"},
     {"1.3.6.1.5.5.7.3.9"},
     true},
    {"RootCACertificate/V1", true, true, {}, true, kOfCa, {}, false},
    {"SubordinateCACertificate_PathLen0/V1",
     false,
     true,
     0,
     true,
     kOfCa,
     {},
     false},
    {"SubordinateCACertificate_PathLen1/V1",
     false,
     true,
     1,
     true,
     kOfCa,
     {},
     false},
    {"SubordinateCACertificate_PathLen2/V1",
     false,
     true,
     2,
     true,
     kOfCa,
     {},
     false},
    {"SubordinateCACertificate_PathLen3/V1",
     false,
     true,
     3,
     true,
     kOfCa,
     {},
     false},
};

TEST(ExpandTest, BaseTemplatesAreThoseOfTheGuide) {
  const auto templates = ByName(Parse(BuiltInCatalogue()));
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    ASSERT_EQ(templates.count(row.name), 1u);
    const v1::Template& expanded = templates.at(row.name);
    EXPECT_EQ(expanded.kind(), row.self_signed ? v1::CERTIFICATE_KIND_ROOT_CA
                               : row.ca ? v1::CERTIFICATE_KIND_SUBORDINATE_CA
                                        : v1::CERTIFICATE_KIND_END_ENTITY);

    const v1::FixedExtensions& own = expanded.extensions();
    ASSERT_TRUE(own.has_basic_constraints());
    EXPECT_EQ(own.basic_constraints().ca(), row.ca);
    EXPECT_EQ(own.basic_constraints().critical(),
              row.basic_constraints_critical);
    EXPECT_EQ(own.basic_constraints().has_path_length(),
              row.path_length.has_value());
    EXPECT_EQ(own.basic_constraints().path_length(),
              row.path_length.value_or(0));
    std::set<int> bits;
    for (const char* name : row.key_usage) bits.insert(Bit(name));
    EXPECT_TRUE(own.key_usage().critical());
    EXPECT_EQ(std::set<int>(own.key_usage().bits().begin(),
                            own.key_usage().bits().end()),
              bits);
    EXPECT_EQ(own.has_extended_key_usage(), !row.purposes.empty());
    EXPECT_EQ(own.extended_key_usage().critical(), row.purposes_critical);
    EXPECT_THAT(own.extended_key_usage().purposes(),
                ::testing::ElementsAreArray(row.purposes));

    EXPECT_THAT(expanded.subject(), ElementsAre(kCsr));
    EXPECT_THAT(SourcesOf(expanded, kSan), ElementsAre(kCsr));
    EXPECT_THAT(expanded.passthrough(), IsEmpty());
    // What the template defines, nobody else does.
    EXPECT_THAT(SourcesOf(expanded, kBasicConstraints), ElementsAre(kTemplate));
    EXPECT_THAT(SourcesOf(expanded, kKeyUsage), ElementsAre(kTemplate));
    EXPECT_THAT(SourcesOf(expanded, kExtendedKeyUsage), ElementsAre(kTemplate));
    EXPECT_THAT(SourcesOf(expanded, kSki), ElementsAre(kEngine));
    EXPECT_THAT(SourcesOf(expanded, kPolicies), IsEmpty());
    if (row.self_signed) {
      EXPECT_THAT(SourcesOf(expanded, kAki), IsEmpty());
      EXPECT_THAT(SourcesOf(expanded, kCrlDp), IsEmpty());
      EXPECT_THAT(SourcesOf(expanded, kAia), IsEmpty());
    } else {
      EXPECT_THAT(SourcesOf(expanded, kAki), ElementsAre(kEngine));
      // The guide adds the CSR for EndEntityClientAuthCertificate alone, which
      // passes nothing else through: taken for a slip.
      EXPECT_THAT(SourcesOf(expanded, kCrlDp), ElementsAre(kCa));
      EXPECT_THAT(SourcesOf(expanded, kAia), ElementsAre(kCa));
    }
  }
}

TEST(ExpandTest, OrderIsThatOfTheCertificate) {
  for (const auto& [name, expanded] : ByName(Parse(BuiltInCatalogue()))) {
    std::vector<std::string> order;
    for (const auto& rule : expanded.rules()) order.push_back(rule.oid());
    EXPECT_THAT(order,
                ElementsAre(kBasicConstraints, kAki, kSki, kKeyUsage,
                            kExtendedKeyUsage, kSan, kCrlDp, kAia, kPolicies))
        << name;
  }
}

TEST(ExpandTest, BlankTemplatesBringBasicConstraintsOnly) {
  int blank = 0;
  for (const auto& [name, expanded] : ByName(Parse(BuiltInCatalogue()))) {
    const v1::FixedExtensions& own = expanded.extensions();
    ASSERT_TRUE(own.has_basic_constraints()) << name;
    const bool is_blank = name.rfind("Blank", 0) == 0;
    EXPECT_EQ(own.has_key_usage(), !is_blank) << name;
    if (!is_blank) continue;
    ++blank;
    EXPECT_FALSE(own.has_extended_key_usage()) << name;
    EXPECT_EQ(own.basic_constraints().critical(),
              name.find("EndEntityCertificate_API") == std::string::npos &&
                  name.find("EndEntityCertificate_CSR") == std::string::npos)
        << name;
    const size_t at = name.find("_PathLen");
    ASSERT_EQ(own.basic_constraints().has_path_length(),
              at != std::string::npos)
        << name;
    if (at == std::string::npos) continue;
    EXPECT_EQ(std::to_string(own.basic_constraints().path_length()),
              name.substr(at + sizeof("_PathLen") - 1, 1))
        << name;
  }
  EXPECT_EQ(blank, 23);
}

TEST(ExpandTest, VarietiesAddTheirSources) {
  struct Variety {
    std::string suffix;
    size_t count;
    std::vector<int> passes;
    std::vector<int> subject;
    std::vector<int> revocation;
  };
  const Variety varieties[] = {
      {"_APIPassthrough/V1", 21, {kApi}, {kApi, kCsr}, {kCa, kApi}},
      {"_CSRPassthrough/V1", 15, {kCsr}, {kCsr}, {kCa, kCsr}},
      {"_APICSRPassthrough/V1",
       15,
       {kApi, kCsr},
       {kApi, kCsr},
       {kCa, kApi, kCsr}},
      {"/V1", 10, {}, {kCsr}, {kCa}},
  };
  std::map<std::string, size_t> counts;
  for (const auto& entry : ByName(Parse(BuiltInCatalogue()))) {
    const std::string& name = entry.first;
    const v1::Template& expanded = entry.second;
    SCOPED_TRACE(name);
    const Variety& variety = *std::find_if(
        std::begin(varieties), std::end(varieties), [&](const Variety& one) {
          return name.find(one.suffix) != std::string::npos;
        });
    ++counts[variety.suffix];
    const bool root = expanded.kind() == v1::CERTIFICATE_KIND_ROOT_CA;
    const bool blank = name.rfind("Blank", 0) == 0;
    const auto are = [](const std::vector<int>& sources) {
      return ::testing::ElementsAreArray(sources);
    };
    EXPECT_THAT(expanded.passthrough(), are(variety.passes));
    EXPECT_THAT(expanded.subject(), are(variety.subject));
    EXPECT_THAT(SourcesOf(expanded, kSan), are(variety.subject));
    EXPECT_THAT(SourcesOf(expanded, kPolicies), are(variety.passes));
    for (const char* oid : {kCrlDp, kAia}) {
      EXPECT_THAT(SourcesOf(expanded, oid),
                  are(root ? variety.passes : variety.revocation));
    }
    for (const char* oid : {kKeyUsage, kExtendedKeyUsage}) {
      EXPECT_THAT(SourcesOf(expanded, oid),
                  are(blank ? variety.passes : std::vector<int>{kTemplate}));
    }
    EXPECT_THAT(SourcesOf(expanded, kAki),
                are(root ? variety.passes : std::vector<int>{kEngine}));
    EXPECT_THAT(SourcesOf(expanded, kSki), ElementsAre(kEngine));
    EXPECT_THAT(SourcesOf(expanded, kBasicConstraints), ElementsAre(kTemplate));
  }
  for (const Variety& variety : varieties) {
    EXPECT_EQ(counts[variety.suffix], variety.count) << variety.suffix;
  }
}

}  // namespace
}  // namespace pki
