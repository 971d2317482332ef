// What certificates are found by, and where.
#include "pki/engine/certificate_index.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kCa[] = "11112222-3333-4444-8555-666677778888";
constexpr char kSerial[] = "0123456789abcdef0123456789abcdef";
constexpr char kTemplate[] = "arn:aws:acm-pca:::template/Leaf/V1";
constexpr size_t kMaxKey = 512;

// A certificate to be, and the bytes that its fields are views of.
class Sample {
 public:
  Sample(const std::vector<NewAttribute>& subject,
         const std::vector<GeneralName>& names,
         absl::Time not_after = absl::FromUnixMillis(1234567890000))
      : subject_(EncodeName(subject)) {
    tbs_.subject = View(subject_);
    tbs_.not_after = not_after;
    if (names.empty()) return;
    extension_ = EncodeExtension(oid::kSubjectAltName, false,
                                 View(EncodeGeneralNames(names)));
    tbs_.extensions.push_back(*ParseExtension(View(extension_)));
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  const TbsCertificate& tbs() const { return tbs_; }
  std::vector<std::string> Keys() const {
    return IndexKeys(kCa, kSerial, kTemplate, tbs_);
  }
  size_t CountIn(const KeyRange& range) const {
    const auto keys = Keys();
    return std::count_if(keys.begin(), keys.end(), [&](const auto& key) {
      return key >= range.begin && key < range.end;
    });
  }

 private:
  Bytes subject_;
  Bytes extension_;
  TbsCertificate tbs_;
};

NewAttribute Common(absl::string_view name) {
  return {oid::kCommonName, der::kUtf8String, name};
}
GeneralName Dns(absl::string_view name) {
  return {GeneralNameForm::kDnsName, View(name), {}};
}
GeneralName Ip(absl::string_view octets) {
  return {GeneralNameForm::kIpAddress, View(octets), {}};
}

TEST(IndexKeysTest, AreOfEachValueOnce) {
  const Sample sample({{oid::kOrganization, der::kUtf8String, "Example"},
                       Common("Device 7"),
                       {oid::kSerialNumber, der::kPrintableString, "SN-1"}},
                      {Dns("A.example"),
                       Dns("a.EXAMPLE"),
                       {GeneralNameForm::kRfc822Name, View("Me@b.example"), {}},
                       {GeneralNameForm::kUri, View("urn:x/y%2f"), {}},
                       {GeneralNameForm::kRegisteredId, oid::kCommonName, {}},
                       Ip(absl::string_view("\xc0\0\x02\x01", 4))});
  std::vector<std::string> rest;
  for (const std::string& key : sample.Keys()) {
    EXPECT_EQ(SerialInKey(key), kSerial);
    const std::string prefix = absl::StrCat("index/", kCa, "/");
    EXPECT_EQ(key.substr(0, prefix.size()), prefix);
    EXPECT_EQ(key[key.size() - 33], '/');
    rest.push_back(key.substr(prefix.size(), key.size() - prefix.size() - 33));
  }
  EXPECT_THAT(rest, ElementsAre("expiry/001234567890000", "san/192.0.2.1",
                                "san/a.example", "san/me@b.example",
                                "san/urn:x%2fy%252f", "subject/device 7",
                                "subject/sn-1", "template/Leaf%2fV1"));
}

TEST(IndexKeysTest, HaveNamesOfOtherStringTypes) {
  const Sample latin({{oid::kCommonName, der::kTeletexString, "M\xdcller"}},
                     {});
  EXPECT_THAT(SubjectNames(latin.tbs().subject), ElementsAre("M\xc3\x9cller"));
  EXPECT_EQ(latin.CountIn(
                IndexOfSubject(kCa, NamePattern::OfSubject("m\xc3\x9cLLER"))),
            1u);
}

TEST(IndexKeysTest, TakeAnyByteApart) {
  const std::string zero("a\0", 2);
  const std::vector<std::string> texts = {"a",     "a/",  "a/b",      "a%2f",
                                          "a%",    "a%2", zero,       "a%00",
                                          "a\x7f", "a\n", "a\xc3\xa9"};
  for (const std::string& in : texts) {
    const Sample sample({Common(in)}, {});
    for (const std::string& text : texts) {
      EXPECT_EQ(sample.CountIn(IndexOfSubject(kCa, {text, false})),
                text == in ? 1u : 0u)
          << text << " in " << in;
      EXPECT_EQ(sample.CountIn(IndexOfSubject(kCa, {text, true})),
                in.compare(0, text.size(), text) == 0 ? 1u : 0u)
          << text << "* in " << in;
    }
  }
}

TEST(IndexKeysTest, AreNeverTooLong) {
  const std::string longest(kMaxIndexValue, 'a');
  const std::string cut(kMaxIndexValue / 3 + 1, '\xc3');
  for (const std::string& text :
       {longest, longest + "b", std::string(5000, '/'), "ab" + cut}) {
    const Sample sample({Common("x")},
                        {{GeneralNameForm::kUri, View(text), {}}});
    for (const std::string& key : sample.Keys()) {
      EXPECT_LE(key.size(), kMaxKey);
    }
  }
  const Sample cut_one({Common(longest + "b")}, {});
  for (const bool is_prefix : {false, true}) {
    EXPECT_EQ(cut_one.CountIn(IndexOfSubject(kCa, {longest + "b", is_prefix})),
              1u);
    // Only the certificate can tell.
    EXPECT_EQ(cut_one.CountIn(IndexOfSubject(kCa, {longest + "c", is_prefix})),
              1u);
  }
}

TEST(IndexKeysTest, AreFewForACertificateWithoutNames) {
  const Sample nameless({}, {});
  EXPECT_THAT(nameless.Keys(), SizeIs(2));
  EXPECT_THAT(SubjectNames(nameless.tbs().subject), IsEmpty());
  EXPECT_THAT(AlternativeNames(nameless.tbs()), IsEmpty());
}

TEST(IndexOfExpiryTest, HasItsBeginningAndNotItsEnd) {
  const absl::Time end = absl::FromUnixSeconds(1000);
  const Sample sample({}, {}, end);
  const auto count = [&](absl::Time from, absl::Time before) {
    return sample.CountIn(IndexOfExpiry(kCa, from, before));
  };
  const absl::Duration tick = absl::Nanoseconds(1);
  const absl::Duration second = absl::Seconds(1);
  EXPECT_EQ(count(absl::InfinitePast(), absl::InfiniteFuture()), 1u);
  EXPECT_EQ(count(end, end + tick), 1u);
  EXPECT_EQ(count(end - second, end + second), 1u);
  EXPECT_EQ(count(end + second, absl::InfiniteFuture()), 0u);
  EXPECT_EQ(count(absl::InfinitePast(), end - second), 0u);
}

TEST(IndexOfExpiryTest, ReachesTheEndsOfTime) {
  const Sample old({}, {}, absl::FromUnixSeconds(-1000000));
  EXPECT_EQ(old.CountIn(IndexOfExpiry(kCa, absl::InfinitePast(),
                                      absl::FromUnixSeconds(-1))),
            1u);
  const Sample last({}, {}, absl::FromUnixSeconds(253402300799));
  EXPECT_EQ(last.CountIn(IndexOfExpiry(kCa, absl::FromUnixSeconds(253402300799),
                                       absl::InfiniteFuture())),
            1u);
}

TEST(IndexOfTemplateTest, IsOfTheWholeName) {
  const Sample sample({}, {});
  EXPECT_EQ(sample.CountIn(IndexOfTemplate(kCa, kTemplate)), 1u);
  for (const char* other : {"arn:aws:acm-pca:::template/Leaf/V",
                            "arn:aws:acm-pca:::template/Leaf/V10",
                            "arn:aws:acm-pca:::template/Leaf", "nothing"}) {
    EXPECT_EQ(sample.CountIn(IndexOfTemplate(kCa, other)), 0u) << other;
  }
}

TEST(NamePatternTest, AStarAtTheEndIsAnything) {
  const NamePattern exact = NamePattern::OfSubject("Device-1");
  EXPECT_TRUE(exact.Matches("dEVICE-1"));
  EXPECT_FALSE(exact.Matches("device-12"));
  const NamePattern prefix = NamePattern::OfSubject("Device-1*");
  EXPECT_TRUE(prefix.Matches("DEVICE-12"));
  EXPECT_TRUE(prefix.Matches("device-1"));
  EXPECT_FALSE(prefix.Matches("device-2"));
  EXPECT_TRUE(NamePattern::OfSubject("*").Matches("x"));
  EXPECT_TRUE(NamePattern::OfSubject("*.a*").Matches("*.ab"));
  EXPECT_FALSE(NamePattern::OfSubject("a*b").Matches("axb"));
}

TEST(NamePatternTest, AWildcardNameIsAName) {
  const NamePattern name = NamePattern::OfAlternativeName("*.Example*");
  EXPECT_TRUE(name.Matches("*.example*"));
  EXPECT_FALSE(name.Matches("*.example.com"));
  EXPECT_FALSE(NamePattern::OfAlternativeName("*.a").Matches("x.a"));
  EXPECT_TRUE(NamePattern::OfAlternativeName("www.*").Matches("www.a"));
}

TEST(NamePatternTest, AnAddressHasManyForms) {
  const std::string six("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
  const Sample sample({}, {Ip(six), Ip("\x7f\x01\x01\x01")});
  EXPECT_THAT(AlternativeNames(sample.tbs()),
              ElementsAre("2001:db8::1", "127.1.1.1"));
  for (const char* text :
       {"2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:0db8::0001"}) {
    const NamePattern pattern = NamePattern::OfAlternativeName(text);
    EXPECT_TRUE(pattern.MatchesAny(AlternativeNames(sample.tbs()))) << text;
    EXPECT_EQ(sample.CountIn(IndexOfAlternativeName(kCa, pattern)), 1u) << text;
  }
  EXPECT_EQ(NamePattern::OfAlternativeName("127.1.1.1").text, "127.1.1.1");
  const std::string with_zero("127.1.1.1\0", 10);
  EXPECT_EQ(NamePattern::OfAlternativeName(with_zero).text, with_zero);
}

}  // namespace
}  // namespace pki
