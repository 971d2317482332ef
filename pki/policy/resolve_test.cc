// Precedence in every variety, and the account that is given of it. Values of
// extensions are labels here: the resolver does not look into them.
#include "pki/policy/resolve.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/template/catalogue.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr char kCustomOid[] = "1.3.6.1.4.1.99999.1";
constexpr char kOtherOid[] = "1.3.6.1.4.1.99999.2";

// Names for the OIDs of these tests.
const std::map<std::string, std::string> kShort = {
    {"2.5.29.19", "bc"},       {"2.5.29.35", "aki"},
    {"2.5.29.14", "ski"},      {"2.5.29.15", "ku"},
    {"2.5.29.37", "eku"},      {"2.5.29.17", "san"},
    {"2.5.29.31", "crldp"},    {"1.3.6.1.5.5.7.1.1", "aia"},
    {"2.5.29.32", "policies"}, {"2.5.29.30", "constraints"},
    {kCustomOid, "custom"},    {kOtherOid, "other"},
};

std::string OidOf(const std::string& name) {
  for (const auto& [oid, known] : kShort) {
    if (known == name) return oid;
  }
  ADD_FAILURE() << name;
  return "";
}

Bytes Sequence(absl::string_view contents) {
  der::Writer writer;
  writer.AddText(der::kSequence, contents);
  return writer.Finish();
}

// The extensions of one source, "san" with the value "api" for the source api.
class Bag {
 public:
  Bag(const std::string& source, const std::vector<std::string>& names,
      bool critical = false) {
    Bytes list;
    for (const std::string& name : names) {
      list += EncodeExtension(View(*oid::FromText(OidOf(name))), critical,
                              View(source));
    }
    der_ = Sequence(list);
    list_ = ParseExtensions(View(der_)).value_or(ExtensionList());
    EXPECT_EQ(list_.size(), names.size());
  }
  absl::Span<const Extension> view() const { return list_; }

 private:
  Bytes der_;
  ExtensionList list_;
};

// "san=csr", and "san=csr!" when it is critical.
std::string Label(ByteView der) {
  const Bytes list = Sequence(Text(der));
  const auto parsed = ParseExtensions(View(list));
  if (!parsed.has_value()) return "unreadable";
  const Extension& extension = parsed->front();
  const std::string oid = oid::ToText(extension.oid);
  // What the template brings is DER, told apart by its first byte.
  const std::string value(Text(extension.value));
  return absl::StrCat(kShort.count(oid) ? kShort.at(oid) : oid, "=",
                      value[0] < 'a' ? "template" : value,
                      extension.critical ? "!" : "");
}

std::vector<std::string> Labels(const Resolution& resolution) {
  std::vector<std::string> labels;
  for (const ByteView der : resolution.extensions) {
    labels.push_back(Label(der));
  }
  return labels;
}

const Catalogue& BuiltIn() {
  static const Catalogue* const catalogue =
      new Catalogue(Catalogue::Load(BuiltInCatalogue()).value());
  return *catalogue;
}

const PreparedTemplate& Find(const std::string& name) {
  return BuiltIn().templates().at(name);
}

// Names: SEQUENCE { SET { SEQUENCE { commonName, UTF8String } } }, and none.
const Bytes kCsrName(
    "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
    "c");
const Bytes kApiName(
    "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
    "a");
const Bytes kEmptyName("\x30\x00", 2);

const std::vector<std::string> kEverything = {
    "other", "policies", "aia", "crldp",  "san",         "eku",
    "ku",    "ski",      "aki", "custom", "constraints", "bc"};

// Every source offers all that it can.
struct Everything {
  Bag engine{"engine", {"ski", "aki"}};
  Bag ca{"ca", {"aia", "crldp"}};
  Bag api{"api",
          {"custom", "bc", "ski", "aki", "policies", "aia", "crldp", "san",
           "eku", "ku"}};
  Bag csr{"csr", kEverything};
  Offers offers;

  Everything() {
    offers[v1::SOURCE_ENGINE].extensions = engine.view();
    offers[v1::SOURCE_CA_CONFIGURATION].extensions = ca.view();
    offers[v1::SOURCE_API] = {View(kApiName), api.view()};
    offers[v1::SOURCE_CSR] = {View(kCsrName), csr.view()};
  }
};

TEST(ResolveTest, EverySourceInEveryVariety) {
  const Everything all;
  const struct {
    const char* name;
    const Bytes& subject;
    std::vector<std::string> extensions;
  } cases[] = {
      {"EndEntityCertificate/V1",
       kCsrName,
       {"bc=template", "aki=engine", "ski=engine", "ku=template!",
        "eku=template", "san=csr", "crldp=ca", "aia=ca"}},
      {"EndEntityCertificate_APIPassthrough/V1",
       kApiName,
       {"bc=template", "aki=engine", "ski=engine", "ku=template!",
        "eku=template", "san=api", "crldp=ca", "aia=ca", "policies=api",
        "custom=api"}},
      {"EndEntityCertificate_CSRPassthrough/V1",
       kCsrName,
       {"bc=template", "aki=engine", "ski=engine", "ku=template!",
        "eku=template", "san=csr", "crldp=ca", "aia=ca", "policies=csr",
        "other=csr", "custom=csr", "constraints=csr"}},
      {"EndEntityCertificate_APICSRPassthrough/V1",
       kApiName,
       {"bc=template", "aki=engine", "ski=engine", "ku=template!",
        "eku=template", "san=api", "crldp=ca", "aia=ca", "policies=api",
        "custom=api", "other=csr", "constraints=csr"}},
      {"CodeSigningCertificate/V1",
       kCsrName,
       {"bc=template", "aki=engine", "ski=engine", "ku=template!",
        "eku=template!", "san=csr", "crldp=ca", "aia=ca"}},
      {"SubordinateCACertificate_PathLen0/V1",
       kCsrName,
       {"bc=template!", "aki=engine", "ski=engine", "ku=template!", "san=csr",
        "crldp=ca", "aia=ca"}},
      {"SubordinateCACertificate_PathLen0_APICSRPassthrough/V1",
       kApiName,
       {"bc=template!", "aki=engine", "ski=engine", "ku=template!", "san=api",
        "crldp=ca", "aia=ca", "policies=api", "custom=api", "other=csr",
        "constraints=csr"}},
      {"RootCACertificate/V1",
       kCsrName,
       {"bc=template!", "ski=engine", "ku=template!", "san=csr"}},
      {"RootCACertificate_APIPassthrough/V1",
       kApiName,
       {"bc=template!", "aki=api", "ski=engine", "ku=template!", "san=api",
        "crldp=api", "aia=api", "policies=api", "custom=api"}},
      {"BlankRootCACertificate_PathLen1_APIPassthrough/V1",
       kApiName,
       {"bc=template!", "aki=api", "ski=engine", "ku=api", "eku=api", "san=api",
        "crldp=api", "aia=api", "policies=api", "custom=api"}},
      {"BlankEndEntityCertificate_CSRPassthrough/V1",
       kCsrName,
       {"bc=template", "aki=engine", "ski=engine", "ku=csr", "eku=csr",
        "san=csr", "crldp=ca", "aia=ca", "policies=csr", "other=csr",
        "custom=csr", "constraints=csr"}},
      {"BlankEndEntityCertificate_APICSRPassthrough/V1",
       kApiName,
       {"bc=template", "aki=engine", "ski=engine", "ku=api", "eku=api",
        "san=api", "crldp=ca", "aia=ca", "policies=api", "custom=api",
        "other=csr", "constraints=csr"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const auto resolution = Resolve(Find(one.name), all.offers);
    ASSERT_TRUE(resolution.ok()) << resolution.status();
    EXPECT_EQ(Hex(resolution->subject), Hex(View(one.subject)));
    EXPECT_EQ(Labels(*resolution), one.extensions);
    EXPECT_EQ(resolution->made, nullptr);
  }
}

TEST(ResolveTest, NothingOffered) {
  const Bag engine("engine", {"aki", "ski"});
  Offers offers;
  offers[v1::SOURCE_ENGINE].extensions = engine.view();
  offers[v1::SOURCE_CSR].subject = View(kCsrName);
  for (const char* variety : {"/V1", "_APIPassthrough/V1", "_CSRPassthrough/V1",
                              "_APICSRPassthrough/V1"}) {
    const auto resolution = Resolve(
        Find(absl::StrCat("EndEntityServerAuthCertificate", variety)), offers);
    ASSERT_TRUE(resolution.ok()) << resolution.status();
    EXPECT_EQ(resolution->subject.data(), View(kCsrName).data());
    EXPECT_THAT(Labels(*resolution),
                ElementsAre("bc=template", "aki=engine", "ski=engine",
                            "ku=template!", "eku=template"));
  }
}

TEST(ResolveTest, RevocationFallsToTheNextSource) {
  const Bag api("api", {"crldp"});
  const Bag csr("csr", {"aia", "crldp"});
  Offers offers;
  offers[v1::SOURCE_API] = {std::nullopt, api.view()};
  offers[v1::SOURCE_CSR] = {View(kCsrName), csr.view()};
  const auto labels = [&](const char* name) {
    return Labels(*Resolve(Find(name), offers));
  };
  EXPECT_THAT(labels("BlankEndEntityCertificate_APIPassthrough/V1"),
              ElementsAre("bc=template", "crldp=api"));
  EXPECT_THAT(labels("BlankEndEntityCertificate_CSRPassthrough/V1"),
              ElementsAre("bc=template", "crldp=csr", "aia=csr"));
  EXPECT_THAT(labels("BlankEndEntityCertificate_APICSRPassthrough/V1"),
              ElementsAre("bc=template", "crldp=api", "aia=csr"));
}

TEST(ResolveTest, CopiesBytesUntouched) {
  const Everything all;
  const auto resolution =
      Resolve(Find("EndEntityCertificate_CSRPassthrough/V1"), all.offers);
  ASSERT_TRUE(resolution.ok());
  const Extension* san = FindExtension(all.csr.view(), oid::kSubjectAltName);
  EXPECT_EQ(resolution->extensions[5].data(), san->der.data());
  EXPECT_EQ(resolution->extensions[5].size(), san->der.size());
}

TEST(ResolveTest, ACsrNeedsASubjectOrAnAlternativeName) {
  const Bag san("csr", {"san"});
  const Bag other("csr", {"other", "ku"});
  const Bag api("api", {"san"});
  const struct {
    std::optional<ByteView> subject;
    absl::Span<const Extension> extensions;
    bool ok;
  } cases[] = {
      {View(kCsrName), {}, true},
      {View(kCsrName), san.view(), true},
      {View(kEmptyName), san.view(), true},
      {View(kEmptyName), other.view(), false},
      {View(kEmptyName), {}, false},
      {std::nullopt, {}, false},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(&one - cases);
    Offers offers;
    // Nothing that the API passes takes the place of either.
    offers[v1::SOURCE_API] = {View(kApiName), api.view()};
    offers[v1::SOURCE_CSR] = {one.subject, one.extensions};
    const auto detail =
        DetailOf(Resolve(Find("EndEntityCertificate_APIPassthrough/V1"), offers)
                     .status());
    EXPECT_EQ(detail.reason(),
              one.ok ? v1::REASON_UNSPECIFIED : v1::REASON_NO_SUBJECT);
    if (one.ok) continue;
    EXPECT_EQ(detail.code(), v1::MALFORMED_CSR_EXCEPTION);
    EXPECT_EQ(detail.field(), "Csr.subject");
  }
}

TEST(ResolveTest, MakesTheNameOfAnEmptySubjectCritical) {
  const Bag plain("csr", {"san"});
  const Bag critical("csr", {"san"}, /*critical=*/true);
  const PreparedTemplate& base = Find("EndEntityCertificate/V1");
  Offers offers;
  offers[v1::SOURCE_CSR] = {View(kEmptyName), plain.view()};

  Provenance provenance;
  auto made = Resolve(base, offers, &provenance);
  ASSERT_TRUE(made.ok());
  const Resolution moved = *std::move(made);
  EXPECT_EQ(Label(moved.extensions.back()), "san=csr!");
  EXPECT_NE(moved.made, nullptr);
  const FieldProvenance& field = provenance.back();
  EXPECT_EQ(field.oid, oid::kSubjectAltName);
  EXPECT_EQ(field.winner, v1::SOURCE_ENGINE);
  EXPECT_EQ(field.value.data(), moved.extensions.back().data());
  ASSERT_EQ(field.losers.size(), 1u);
  EXPECT_EQ(field.losers[0].source, v1::SOURCE_CSR);
  EXPECT_EQ(field.losers[0].rule, v1::RESOLUTION_RULE_EMPTY_SUBJECT);
  EXPECT_EQ(Label(field.losers[0].value), "san=csr");

  // Critical already: the same bytes.
  offers[v1::SOURCE_CSR] = {View(kEmptyName), critical.view()};
  const auto kept = Resolve(base, offers);
  EXPECT_EQ(kept->made, nullptr);
  EXPECT_EQ(kept->extensions.back().data(), critical.view()[0].der.data());

  // A subject from elsewhere: no need.
  offers[v1::SOURCE_CSR] = {View(kEmptyName), plain.view()};
  offers[v1::SOURCE_API].subject = View(kApiName);
  const auto named =
      Resolve(Find("EndEntityCertificate_APIPassthrough/V1"), offers);
  EXPECT_EQ(Label(named->extensions.back()), "san=csr");
}

// "san: csr; api EARLIER_SOURCE".
std::string Account(const FieldProvenance& field) {
  const auto source = [](v1::Source s) {
    return v1::Source_Name(s).substr(sizeof("SOURCE_") - 1);
  };
  std::string text = absl::StrCat(
      field.oid.empty() ? "subject" : kShort.at(oid::ToText(field.oid)), ": ",
      source(field.winner));
  for (const auto& loser : field.losers) {
    absl::StrAppend(&text, "; ", source(loser.source), " ",
                    v1::ResolutionRule_Name(loser.rule)
                        .substr(sizeof("RESOLUTION_RULE_") - 1));
  }
  return text;
}

std::vector<std::string> Accounts(const Provenance& provenance) {
  std::vector<std::string> accounts;
  for (const auto& field : provenance) accounts.push_back(Account(field));
  return accounts;
}

TEST(ResolveTest, GivesAnAccountOfTheBaseVariety) {
  const Everything all;
  Provenance provenance;
  ASSERT_TRUE(Resolve(Find("SubordinateCACertificate_PathLen0/V1"), all.offers,
                      &provenance)
                  .ok());
  EXPECT_THAT(
      Accounts(provenance),
      ElementsAre(
          "subject: CSR; API SOURCE_NOT_TAKEN",
          "bc: TEMPLATE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "aki: ENGINE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "ski: ENGINE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "ku: TEMPLATE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "eku: UNSPECIFIED; API CLOSED; CSR CLOSED",
          "san: CSR; API SOURCE_NOT_TAKEN",
          "crldp: CA_CONFIGURATION; API SOURCE_NOT_TAKEN; CSR "
          "SOURCE_NOT_TAKEN",
          "aia: CA_CONFIGURATION; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "policies: UNSPECIFIED; API CLOSED; CSR CLOSED",
          "custom: UNSPECIFIED; API NOT_PASSED_THROUGH; CSR "
          "NOT_PASSED_THROUGH",
          "other: UNSPECIFIED; CSR NOT_PASSED_THROUGH",
          "constraints: UNSPECIFIED; CSR NOT_PASSED_THROUGH"));
}

TEST(ResolveTest, GivesAnAccountOfPassthrough) {
  const Everything all;
  Provenance provenance;
  ASSERT_TRUE(Resolve(Find("EndEntityCertificate_APICSRPassthrough/V1"),
                      all.offers, &provenance)
                  .ok());
  EXPECT_THAT(
      Accounts(provenance),
      ElementsAre(
          "subject: API; CSR EARLIER_SOURCE",
          "bc: TEMPLATE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "aki: ENGINE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "ski: ENGINE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "ku: TEMPLATE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "eku: TEMPLATE; API SOURCE_NOT_TAKEN; CSR SOURCE_NOT_TAKEN",
          "san: API; CSR EARLIER_SOURCE",
          "crldp: CA_CONFIGURATION; API EARLIER_SOURCE; CSR EARLIER_SOURCE",
          "aia: CA_CONFIGURATION; API EARLIER_SOURCE; CSR EARLIER_SOURCE",
          "policies: API; CSR EARLIER_SOURCE",
          "custom: API; CSR EARLIER_SOURCE", "other: CSR", "constraints: CSR"));
}

TEST(ResolveTest, AClosedFieldOfARootHasNoWinner) {
  const Everything all;
  Provenance provenance;
  ASSERT_TRUE(
      Resolve(Find("RootCACertificate/V1"), all.offers, &provenance).ok());
  EXPECT_THAT(Accounts(provenance),
              ::testing::Contains(
                  "aki: UNSPECIFIED; ENGINE CLOSED; API CLOSED; CSR CLOSED"));
}

// With and without an account: the same certificate, in every template; no OID
// stands twice in it; and each field of it is accounted for.
TEST(ResolveTest, TheAccountAgreesWithTheResult) {
  const Everything all;
  std::set<v1::ResolutionRule> seen;
  for (const auto& [name, prepared] : BuiltIn().templates()) {
    SCOPED_TRACE(name);
    Provenance provenance;
    const auto plain = Resolve(prepared, all.offers);
    const auto explained = Resolve(prepared, all.offers, &provenance);
    ASSERT_TRUE(plain.ok() && explained.ok());
    EXPECT_EQ(Labels(*plain), Labels(*explained));
    EXPECT_EQ(plain->subject, explained->subject);

    std::vector<std::string> won;
    std::set<std::string> oids;
    for (const FieldProvenance& field : provenance) {
      EXPECT_TRUE(oids.insert(std::string(Text(field.oid))).second);
      if (!field.oid.empty() && field.winner != v1::SOURCE_UNSPECIFIED) {
        won.push_back(Label(field.value));
      }
      for (const auto& loser : field.losers) seen.insert(loser.rule);
    }
    EXPECT_EQ(won, Labels(*plain));
  }
  EXPECT_THAT(seen,
              UnorderedElementsAre(v1::RESOLUTION_RULE_EARLIER_SOURCE,
                                   v1::RESOLUTION_RULE_SOURCE_NOT_TAKEN,
                                   v1::RESOLUTION_RULE_CLOSED,
                                   v1::RESOLUTION_RULE_NOT_PASSED_THROUGH));
}

TEST(ResolveTest, EveryRuleHasAnExplanation) {
  const auto* rules = v1::ResolutionRule_descriptor();
  for (int i = 1; i < rules->value_count(); ++i) {
    EXPECT_FALSE(
        rules->value(i)->options().GetExtension(v1::explanation).empty())
        << rules->value(i)->name();
  }
}

}  // namespace
}  // namespace pki
