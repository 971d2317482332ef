// The notation of names against Java's, which is the one of the service's audit
// reports.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/testing/program.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

const ByteView kTypes[] = {
    oid::kCommonName,   oid::kCountry,         oid::kState,
    oid::kLocality,     oid::kOrganization,    oid::kOrganizationalUnit,
    oid::kStreet,       oid::kDomainComponent, oid::kUserId,
    oid::kSerialNumber, oid::kDnQualifier,     oid::kTitle,
    oid::kSurname,      oid::kGivenName,       oid::kInitials,
    oid::kPseudonym,    oid::kEmailAddress,    oid::kGenerationQualifier,
};

constexpr absl::string_view kValues[] = {
    "example.com",
    "a, b",
    "a+b",
    "a\"b",
    "a\\b",
    "a<b>c",
    "a;b",
    "a=b",
    "#a",
    "a#b",
    " a",
    "a ",
    "  a  b  ",
    "   ",
    " ",
    "*.example.com",
    "a/b:c?d'e(f)g.h-i_j@k!l%m&n~o`p|q{r}s[t]u^v$w",
    "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x94\x91",
    // A decomposed accent stays as it is.
    "e\xcc\x81",
};

// Java takes BMPString and TeletexString for UTF-8, which shows other letters
// than are there.
constexpr der::Tag kTags[] = {der::kUtf8String, der::kPrintableString,
                              der::kIa5String};

// All attributes in one RDN.
Bytes OneRdn(const std::vector<NewAttribute>& attributes) {
  std::vector<Bytes> elements;
  for (const NewAttribute& attribute : attributes) {
    der::Writer writer;
    writer.Add(der::kSequence, [&](der::Writer& fields) {
      fields.AddOid(attribute.type);
      fields.AddText(attribute.tag, attribute.value);
    });
    elements.push_back(writer.Finish());
  }
  std::sort(elements.begin(), elements.end());
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& rdns) {
    rdns.Add(der::kSet, [&](der::Writer& rdn) {
      for (const Bytes& element : elements) rdn.AddRaw(View(element));
    });
  });
  return writer.Finish();
}

std::vector<Bytes> Corpus() {
  std::vector<Bytes> names;
  for (const ByteView type : kTypes) {
    for (const absl::string_view value : kValues) {
      for (const der::Tag tag : kTags) {
        Bytes name = EncodeName({{type, tag, value}});
        // Those that the string type cannot hold are no names.
        if (IsName(View(name))) names.push_back(std::move(name));
      }
    }
  }
  names.push_back(EncodeName({}));
  names.push_back(EncodeName({{oid::kCountry, der::kPrintableString, "US"},
                              {oid::kOrganization, der::kUtf8String, "a, b"},
                              {oid::kSerialNumber, der::kPrintableString, "1"},
                              {oid::kDomainComponent, der::kIa5String, "org"},
                              {oid::kCommonName, der::kUtf8String, "c"}}));
  names.push_back(OneRdn({{oid::kCommonName, der::kUtf8String, "a"},
                          {oid::kUserId, der::kUtf8String, "b"},
                          {oid::kEmailAddress, der::kIa5String, "c@d"}}));
  return names;
}

TEST(NameJavaTest, ShowsNamesAsJavaDoes) {
  const std::vector<Bytes> names = Corpus();
  ASSERT_GT(names.size(), 500u);
  std::vector<std::string> argv = {"java", "-Dfile.encoding=UTF-8",
                                   "-Dstdout.encoding=UTF-8",
                                   "pki/x509/ShowNames.java"};
  for (const Bytes& name : names) argv.push_back(Hex(View(name)));
  const ProgramResult java = RunProgram(argv);
  ASSERT_EQ(java.exit_status, 0) << java.output;
  const std::vector<std::string> shown =
      absl::StrSplit(absl::string_view(java.output), '\n');
  ASSERT_EQ(shown.size(), names.size() + 1);  // it ends with a newline
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(NameToRfc2253(View(names[i])), shown[i]) << Hex(View(names[i]));
  }
}

}  // namespace
}  // namespace pki
