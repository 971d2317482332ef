// CRLs: what is written is what BoringSSL and our own reader read, and both
// refuse what is no CRL.
#include "pki/x509/crl.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/der/oid.h"
#include "pki/testing/read_crl_with_boringssl.h"
#include "pki/x509/crl_sample.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::Optional;

const absl::Time kNow = absl::FromUnixSeconds(1772366400);  // 2026-03-01 12:00
const absl::Time kIn2050 = absl::FromUnixSeconds(2524608000);  // its beginning

CrlSample Sample() {
  CrlSample sample;
  sample.this_update = kNow - absl::Hours(1);
  sample.next_update = kNow + absl::Hours(24);
  sample.number = 1519676905984;
  return sample;
}

CrlSample WithEntries() {
  CrlSample sample = Sample();
  sample.entries = {{Bytes("\x01", 1), kNow, std::nullopt},
                    {Bytes("\x00\x00\x7f\x02", 4), kNow, 1},
                    {Bytes(16, '\x80'), kIn2050 - absl::Seconds(1), 2},
                    {Bytes(20, '\x7f'), kIn2050, 10},
                    {Bytes(20, '\xff'), kIn2050, 9}};
  return sample;
}

TEST(CrlTest, BoringSslReadsIt) {
  CrlSample sample = WithEntries();
  sample.uris = {"http://a.b/p.crl", "http://a.b/q.crl"};
  const Bytes der = EncodeCrl(sample);
  const auto read = ReadCrlWithBoringSsl(View(der));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->version, 1);
  EXPECT_EQ(read->this_update, "260301110000Z");
  EXPECT_EQ(read->next_update, "260302120000Z");
  EXPECT_EQ(read->number, "161d3cd5a00");
  EXPECT_THAT(read->partition, ElementsAreArray(sample.uris));
  EXPECT_EQ(read->der, der);
  const CrlOfBoringSsl::Entry kEntries[] = {
      {"1", "260301120000Z", -1},
      {"7f02", "260301120000Z", 1},
      {Hex(View(Bytes(16, '\x80'))), "491231235959Z", 2},
      {Hex(View(Bytes(20, '\x7f'))), "20500101000000Z", 10},
      {Hex(View(Bytes(20, '\xff'))), "20500101000000Z", 9},
  };
  ASSERT_EQ(read->entries.size(), std::size(kEntries));
  for (size_t i = 0; i < std::size(kEntries); ++i) {
    EXPECT_EQ(read->entries[i].serial, kEntries[i].serial);
    EXPECT_EQ(read->entries[i].revoked_at, kEntries[i].revoked_at);
    EXPECT_EQ(read->entries[i].reason, kEntries[i].reason);
  }
}

// Lengths of one octet to four.
TEST(CrlTest, BoringSslReadsItWhateverItsSize) {
  CrlSample sample = Sample();
  for (const size_t count : {0, 1, 2, 3, 4, 1000, 1340, 1341, 350000}) {
    sample.entries.assign(count, {Bytes(16, '\x12'), kNow, 4});
    const Bytes der = EncodeCrl(sample);
    const auto read = ReadCrlWithBoringSsl(View(der));
    ASSERT_TRUE(read.has_value()) << count;
    EXPECT_EQ(read->entries.size(), count);
    EXPECT_EQ(read->der == der, true) << count;
  }
}

TEST(CrlTest, IsReadAsItWasWritten) {
  CrlSample sample = WithEntries();
  sample.uris = {"http://a.b/p.crl", "http://a.b/q.crl"};
  const Bytes der = EncodeCrl(sample);
  std::optional<Crl> crl = Crl::Parse(View(der));
  ASSERT_TRUE(crl.has_value());
  EXPECT_EQ(Text(crl->tbs), TbsOf(sample));
  EXPECT_EQ(crl->this_update, sample.this_update);
  EXPECT_EQ(crl->next_update, sample.next_update);
  EXPECT_EQ(Text(crl->signature), sample.signature);
  const Extension* number = FindExtension(crl->extensions, oid::kCrlNumber);
  ASSERT_NE(number, nullptr);
  EXPECT_EQ(ParseCrlNumber(number->value), sample.number);
  const Extension* point =
      FindExtension(crl->extensions, oid::kIssuingDistributionPoint);
  ASSERT_NE(point, nullptr);
  EXPECT_TRUE(point->critical);
  EXPECT_THAT(ParseIssuingDistributionPoint(point->value),
              Optional(ElementsAreArray(sample.uris)));
  for (const CrlSample::Entry& expected : sample.entries) {
    const std::optional<CrlEntry> entry = crl->entries.Next();
    ASSERT_TRUE(entry.has_value());
    const std::string digits = Hex(entry->serial);
    EXPECT_EQ(digits.substr(digits.find_first_not_of('0')),
              Hex(View(expected.serial))
                  .substr(Hex(View(expected.serial)).find_first_not_of('0')));
    EXPECT_EQ(entry->revoked_at, expected.revoked_at);
    EXPECT_EQ(entry->reason, expected.reason);
  }
  EXPECT_FALSE(crl->entries.Next().has_value());
}

TEST(CrlTest, AListOfNoneIsAbsent) {
  const Bytes der = EncodeCrl(Sample());
  std::optional<Crl> crl = Crl::Parse(View(der));
  ASSERT_TRUE(crl.has_value());
  EXPECT_FALSE(crl->entries.Next().has_value());
  EXPECT_EQ(FindExtension(crl->extensions, oid::kIssuingDistributionPoint),
            nullptr);
}

TEST(CrlTest, RefusesWhatIsNone) {
  const Bytes der = EncodeCrl(WithEntries());
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(Crl::Parse(View(der).first(size)).has_value()) << size;
  }
  EXPECT_FALSE(Crl::Parse(View(der + "x")).has_value());
  const auto without = [&](absl::string_view bytes, absl::string_view other) {
    Bytes changed = der;
    const size_t at = changed.find(bytes.data(), 0, bytes.size());
    EXPECT_NE(at, Bytes::npos);
    changed.replace(at, bytes.size(), other.data(), other.size());
    return Crl::Parse(View(changed)).has_value();
  };
  // A version of 3, a reason of 7, a month of 13.
  EXPECT_FALSE(without("\x02\x01\x01", "\x02\x01\x02"));
  EXPECT_FALSE(without("\x0a\x01\x01", "\x0a\x01\x07"));
  EXPECT_FALSE(without("260301110000Z", "261301110000Z"));
  EXPECT_TRUE(without("260301110000Z", "261201110000Z"));
}

TEST(CrlTest, RefusesTwoAlgorithms) {
  Bytes der = EncodeCrl(Sample());
  const absl::string_view ecdsa("\x2a\x86\x48\xce\x3d\x04\x03\x02", 8);
  der[der.rfind(ecdsa.data(), Bytes::npos, ecdsa.size()) + 7] = 3;
  EXPECT_FALSE(Crl::Parse(View(der)).has_value());
}

TEST(CrlTest, RefusesNumbersAndPartitionsThatAreNone) {
  EXPECT_EQ(ParseCrlNumber(View("\x02\x01\x05")), 5u);
  EXPECT_FALSE(ParseCrlNumber(View("\x02\x01\xff")).has_value());
  EXPECT_FALSE(ParseCrlNumber(View("\x04\x01\x05")).has_value());
  EXPECT_FALSE(ParseCrlNumber(View("\x02\x01\x05x")).has_value());
  const Bytes point = EncodeIssuingDistributionPoint({"http://a", "http://b"});
  EXPECT_THAT(ParseIssuingDistributionPoint(View(point)),
              Optional(ElementsAre("http://a", "http://b")));
  for (size_t size = 0; size < point.size(); ++size) {
    EXPECT_FALSE(
        ParseIssuingDistributionPoint(View(point).first(size)).has_value());
  }
}

}  // namespace
}  // namespace pki
