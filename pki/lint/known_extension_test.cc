// The value of each known extension: good ones, and what is wrong with others.
#include "pki/lint/known_extension.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"

namespace pki {
namespace {

// Hexadecimal DER of one element.
std::string Tlv(absl::string_view tag, absl::string_view contents) {
  const size_t size = contents.size() / 2;
  EXPECT_LT(size, 128u);
  return absl::StrCat(tag, absl::Hex(size, absl::kZeroPad2), contents);
}

std::string Sequence(absl::string_view contents) { return Tlv("30", contents); }

// One in another.
std::string List(absl::string_view contents) {
  return Sequence(Sequence(contents));
}

constexpr char kOid[] = "06022a03";
constexpr char kOtherOid[] = "06022a04";
constexpr char kAnyPolicy[] = "0604551d2000";
constexpr char kDns[] = "820161";
constexpr char kNoDer[] = "3003ffffff";
constexpr char kNul[] = "820100";
constexpr char kX400[] = "a3023000";
constexpr char kCps[] = "06082b06010505070201";

// A directoryName whose commonName has this text.
std::string DirectoryName(absl::string_view text) {
  return Tlv("a4", Sequence(Tlv("31", Sequence(absl::StrCat(
                                          "0603550403", Tlv("0c", text))))));
}

// The same for every list of general names.
std::vector<std::string> BadNames() {
  return {"", "8200", "a4023000", kNul, "05", kX400, DirectoryName("00")};
}

std::string Point(absl::string_view name) { return Tlv("a0", Tlv("a0", name)); }

struct Case {
  ByteView oid;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

std::vector<Case> Cases() {
  std::vector<Case> cases = {
      {oid::kCrlDistributionPoints,
       {List(Point(kDns)), List(Point(DirectoryName("61")) + Tlv("81", "0780")),
        List(Tlv("a2", kDns)),
        List(Tlv("a0", Tlv("a1", Sequence(absl::StrCat(kOid, "0c0161")))))},
       {List(Tlv("81", "0780")),  // reasons alone
        List(""), List("a000"), List(Point(kDns) + Tlv("81", "0880")),
        List(Point(kDns) + "0500"), List(Tlv("a0", Tlv("a1", kNoDer))),
        List(Tlv("a2", kX400))}},
      {oid::kAuthorityInfoAccess,
       {List(absl::StrCat(kOid, kDns))},
       {List(kOid), List(kDns), List(absl::StrCat(kOid, kDns, "0500"))}},
      {oid::kCertificatePolicies,
       {List(kOid), List(kOid + List(absl::StrCat(kCps, "160161"))),
        Sequence(absl::StrCat(Sequence(kOid), Sequence(kAnyPolicy),
                              Sequence(kOtherOid))),
        List(kOid + List(absl::StrCat(kOid, "3000")))},
       {List(""), List(absl::StrCat(kOid, "3000")),
        List(absl::StrCat(kOid, kNoDer)),
        List(kOid + List(absl::StrCat(kCps, "0c0161"))),
        List(kOid + List(absl::StrCat(kCps, "160100"))),
        List(kOid + List(absl::StrCat(kOid, kNoDer))), List(kOid + List(kOid)),
        Sequence(absl::StrCat(Sequence(kOid), Sequence(kOid))),
        Sequence(absl::StrCat(
            Sequence(kOid), Sequence(kAnyPolicy),
            Sequence(kOid + List(absl::StrCat(kCps, "160161")))))}},
      {oid::kNameConstraints,
       {Sequence(Tlv("a0", Sequence("8200"))),
        Sequence(Tlv("a1", Sequence(kDns)))},
       {"3000", Sequence(Tlv("a0", "")), Sequence(Tlv("a0", Sequence(kNul)))}},
      {oid::kPolicyMappings,
       {List(absl::StrCat(kOid, kOid)),
        Sequence(absl::StrCat(Sequence(absl::StrCat(kOid, kOid)),
                              Sequence(absl::StrCat(kOid, kOtherOid))))},
       {List(kOid), List(absl::StrCat(kOid, kOid, kOid)),
        List(absl::StrCat(kOid, kAnyPolicy)),
        List(absl::StrCat(kAnyPolicy, kOid)),
        Sequence(absl::StrCat(Sequence(absl::StrCat(kOid, kOid)),
                              Sequence(absl::StrCat(kOid, kAnyPolicy))))}},
      {oid::kPolicyConstraints,
       {Sequence("800100"), Sequence("810101"), Sequence("800100810101")},
       {"3000", Sequence("8000"), Sequence("8001ff"), Sequence("810101800100"),
        Sequence("80020001"), Sequence("820100")}},
      {oid::kInhibitAnyPolicy,
       {"020100", "020105"},
       {"0201ff", "0500", "0200"}},
      {oid::kSubjectDirectoryAttributes,
       {List(absl::StrCat(kOid, "31020500"))},
       {List(absl::StrCat(kOid, "3100")), List(kOid),
        List(kOid + Tlv("31", kNoDer))}},
      {oid::kIssuerAltName, {Sequence(kDns)}, {}},
      {oid::kOcspNoCheck, {"0500"}, {"050100", "3000"}},
  };
  for (const std::string& names : BadNames()) {
    cases[0].bad.push_back(List(Point(names)));
    cases[1].bad.push_back(List(kOid + names));
    cases[8].bad.push_back(Sequence(names));
  }
  cases.push_back({oid::kFreshestCrl, cases[0].good, cases[0].bad});
  cases.push_back({oid::kSubjectInfoAccess, cases[1].good, cases[1].bad});
  return cases;
}

bool IsValue(ByteView oid, const std::string& hex) {
  const Bytes value = absl::HexStringToBytes(hex);
  return FindKnownExtension(oid)->is_value(View(value));
}

TEST(KnownExtensionTest, JudgesValues) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(oid::ToText(c.oid));
    for (const std::string& hex : c.good) {
      EXPECT_TRUE(IsValue(c.oid, hex)) << hex;
      EXPECT_FALSE(IsValue(c.oid, hex + "0500")) << hex;
      for (size_t size = 0; size < hex.size(); size += 2) {
        EXPECT_FALSE(IsValue(c.oid, hex.substr(0, size))) << hex;
      }
    }
    for (const std::string& hex : c.bad) {
      EXPECT_FALSE(IsValue(c.oid, hex)) << hex;
    }
    for (const char* hex : {"", "3000", "ffff", kNoDer, "04020500"}) {
      EXPECT_FALSE(IsValue(c.oid, hex)) << hex;
    }
  }
}

TEST(KnownExtensionTest, JudgesSubjectAltNames) {
  const auto is_good = [](const std::string& names) {
    return IsSubjectAltName(View(absl::HexStringToBytes(Sequence(names))));
  };
  EXPECT_TRUE(is_good(kDns));
  EXPECT_TRUE(is_good(kDns + DirectoryName("61")));
  for (const std::string& names : BadNames()) {
    EXPECT_FALSE(is_good(names)) << names;
  }
}

// What is null in the table has a rule of its own in lint_test.
TEST(KnownExtensionTest, EveryCheckHasACase) {
  std::set<ByteView> cases;
  for (const Case& c : Cases()) cases.insert(c.oid);
  for (const ByteView oid :
       {oid::kSubjectDirectoryAttributes, oid::kSubjectKeyIdentifier,
        oid::kKeyUsage, oid::kSubjectAltName, oid::kIssuerAltName,
        oid::kBasicConstraints, oid::kNameConstraints,
        oid::kCrlDistributionPoints, oid::kCertificatePolicies,
        oid::kPolicyMappings, oid::kAuthorityKeyIdentifier,
        oid::kPolicyConstraints, oid::kExtendedKeyUsage, oid::kFreshestCrl,
        oid::kInhibitAnyPolicy, oid::kAuthorityInfoAccess,
        oid::kSubjectInfoAccess, oid::kOcspNoCheck}) {
    const KnownExtension* known = FindKnownExtension(oid);
    ASSERT_NE(known, nullptr) << oid::ToText(oid);
    EXPECT_EQ(known->oid, oid);
    EXPECT_EQ(known->is_value != nullptr, cases.count(oid) != 0)
        << oid::ToText(oid);
  }
  EXPECT_EQ(FindKnownExtension(oid::kCommonName), nullptr);
}

// Sections 4.2.1 and 4.2.2 of RFC 5280.
TEST(KnownExtensionTest, HasTheCriticalityOfEachDefinition) {
  const std::pair<Criticality, std::vector<ByteView>> kWanted[] = {
      {Criticality::kMustBeSet,
       {oid::kNameConstraints, oid::kInhibitAnyPolicy}},
      {Criticality::kMustBeClear,
       {oid::kAuthorityKeyIdentifier, oid::kSubjectKeyIdentifier,
        oid::kSubjectDirectoryAttributes, oid::kFreshestCrl,
        oid::kAuthorityInfoAccess, oid::kSubjectInfoAccess}},
      {Criticality::kShouldBeSet,
       {oid::kKeyUsage, oid::kPolicyMappings, oid::kPolicyConstraints}},
      {Criticality::kShouldBeClear,
       {oid::kIssuerAltName, oid::kCrlDistributionPoints, oid::kOcspNoCheck}},
      {Criticality::kFree,
       {oid::kBasicConstraints, oid::kExtendedKeyUsage, oid::kSubjectAltName,
        oid::kCertificatePolicies}},
  };
  for (const auto& [criticality, oids] : kWanted) {
    for (const ByteView oid : oids) {
      EXPECT_EQ(FindKnownExtension(oid)->criticality, criticality)
          << oid::ToText(oid);
    }
  }
}

}  // namespace
}  // namespace pki
