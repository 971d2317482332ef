// What strict DER is, and what it is not; and that CBS says the same.
#include "pki/der/reader.h"

#include <openssl/bytestring.h>

#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace pki::der {
namespace {

using Octets = std::vector<uint8_t>;

TEST(ReaderTest, ReadsNestedElements) {
  const Octets der = {0x30, 0x05, 0x02, 0x01, 0x05, 0x05, 0x00};
  Reader outer{ByteView(der)};
  Reader fields;
  uint64_t number = 0;
  ByteView null;
  ASSERT_TRUE(outer.Read(kSequence, &fields));
  EXPECT_TRUE(outer.empty());
  ASSERT_TRUE(fields.ReadUint64(&number));
  EXPECT_EQ(number, 5u);
  ASSERT_TRUE(fields.Read(kNull, &null));
  EXPECT_TRUE(fields.empty());
}

TEST(ReaderTest, RefusesLengthsThatAreNotDer) {
  const Octets kCases[] = {
      {0x30, 0x80, 0x00, 0x00},        // indefinite
      {0x30, 0x81, 0x01, 0x00},        // long form for a short length
      {0x30, 0x82, 0x00, 0x01, 0x00},  // padded length
      {0x30, 0x02, 0x00},              // cut short
      {0x30},
      {},
  };
  for (const Octets& der : kCases) {
    Reader reader{ByteView(der)};
    Reader fields;
    EXPECT_FALSE(reader.Read(kSequence, &fields)) << Hex(der);
  }
}

TEST(ReaderTest, RefusesIntegersThatAreNotMinimal) {
  const Octets kCases[] = {
      {0x02, 0x00}, {0x02, 0x02, 0x00, 0x7f}, {0x02, 0x02, 0xff, 0x80}};
  for (const Octets& der : kCases) {
    Reader reader{ByteView(der)};
    ByteView octets;
    EXPECT_FALSE(reader.ReadInteger(&octets)) << Hex(der);
  }
  const Octets negative = {0x02, 0x01, 0x80};
  Reader reader{ByteView(negative)};
  ByteView octets;
  EXPECT_TRUE(reader.ReadInteger(&octets));
}

TEST(ReaderTest, RefusesBooleansThatAreNotCanonical) {
  const Octets der = {0x01, 0x01, 0x01};
  Reader reader{ByteView(der)};
  bool value = false;
  EXPECT_FALSE(reader.ReadBoolean(&value));
}

TEST(ReaderTest, RefusesBitStringsWithUnusedBitsSet) {
  const Octets der = {0x03, 0x02, 0x01, 0x01};
  Reader reader{ByteView(der)};
  ByteView bytes;
  int unused = 0;
  EXPECT_FALSE(reader.ReadBitString(&bytes, &unused));
}

TEST(ReaderTest, WantsWholeBytesWhereAsked) {
  const Octets der = {0x03, 0x02, 0x01, 0x02};
  Reader reader{ByteView(der)};
  ByteView bytes;
  EXPECT_FALSE(reader.ReadBitStringBytes(&bytes));
}

TEST(ReaderTest, RefusesMalformedOids) {
  const Octets kCases[] = {
      {0x06, 0x00},                    // empty
      {0x06, 0x02, 0x55, 0x84},        // last arc unfinished
      {0x06, 0x03, 0x55, 0x80, 0x01},  // padded arc
  };
  for (const Octets& der : kCases) {
    Reader reader{ByteView(der)};
    ByteView octets;
    EXPECT_FALSE(reader.ReadOid(&octets)) << Hex(der);
  }
}

TEST(ReaderTest, ReadsImplicitTypes) {
  const Octets integer = {0x80, 0x01, 0x05};
  const Octets bits = {0x81, 0x02, 0x07, 0x80};
  ByteView octets;
  int unused_bits = 0;
  EXPECT_FALSE(Reader(integer).ReadInteger(&octets));
  ASSERT_TRUE(Reader(integer).ReadInteger(&octets, Context(0)));
  EXPECT_EQ(octets, ByteView(integer).subspan(2));
  EXPECT_FALSE(Reader(bits).ReadBitString(&octets, &unused_bits));
  ASSERT_TRUE(Reader(bits).ReadBitString(&octets, &unused_bits, Context(1)));
  EXPECT_EQ(unused_bits, 7);
}

TEST(ReaderTest, ReadsBooleansThatAreFalseByDefault) {
  const Octets present = {0x01, 0x01, 0xff};
  const Octets absent = {0x02, 0x01, 0x05};
  const Octets spelt_out = {0x01, 0x01, 0x00};
  const Octets not_der = {0x01, 0x01, 0x01};
  bool value = false;
  Reader reader{ByteView(present)};
  EXPECT_TRUE(reader.ReadDefaultFalse(&value));
  EXPECT_TRUE(value);
  EXPECT_TRUE(reader.ReadDefaultFalse(&value));
  EXPECT_FALSE(value);
  Reader other{ByteView(absent)};
  EXPECT_TRUE(other.ReadDefaultFalse(&value));
  EXPECT_TRUE(other.NextIs(kInteger));
  EXPECT_FALSE(Reader(spelt_out).ReadDefaultFalse(&value));
  EXPECT_FALSE(Reader(not_der).ReadDefaultFalse(&value));
}

ByteView ViewOf(const CBS& cbs) {
  return ByteView(CBS_data(&cbs), CBS_len(&cbs));
}

CBS CbsOf(ByteView bytes) {
  CBS cbs;
  CBS_init(&cbs, bytes.data(), bytes.size());
  return cbs;
}

// Reads one element in both ways, first any and then one with its tag.
void ExpectSameElement(ByteView der) {
  CBS cbs = CbsOf(der);
  CBS element;
  unsigned cbs_tag = 0;
  size_t header = 0;
  const bool is_element =
      CBS_get_any_asn1_element(&cbs, &element, &cbs_tag, &header) != 0;
  Reader whole_reader(der);
  Reader contents_reader(der);
  ByteView whole;
  ByteView contents;
  Tag tag = 0;
  ASSERT_EQ(whole_reader.ReadAnyElement(&whole), is_element) << Hex(der);
  ASSERT_EQ(contents_reader.ReadAny(&tag, &contents), is_element) << Hex(der);
  if (!is_element) return;
  ASSERT_EQ(whole, ViewOf(element)) << Hex(der);
  ASSERT_EQ(contents, ViewOf(element).subspan(header)) << Hex(der);
  ASSERT_EQ(tag, cbs_tag) << Hex(der);
  ASSERT_EQ(whole_reader.rest(), ViewOf(cbs)) << Hex(der);
  ASSERT_EQ(contents_reader.rest(), ViewOf(cbs)) << Hex(der);
}

TEST(ReaderTest, ReadsEveryHeaderAsCbsDoes) {
  constexpr uint8_t kTags[] = {0x00, 0x01, 0x02, 0x1e, 0x1f, 0x20, 0x30,
                               0x3f, 0x40, 0x5f, 0x80, 0xa3, 0xbf, 0xff};
  constexpr uint8_t kOctets[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
  constexpr size_t kSizes[] = {0,   1,   2,     3,     4,      5,     127,
                               128, 129, 130,   131,   258,    259,   260,
                               261, 262, 65538, 65539, 131079, 200000};
  Octets der(200000);
  for (const uint8_t tag : kTags) {
    for (int length = 0; length < 256; ++length) {
      for (const uint8_t third : kOctets) {
        for (const uint8_t fourth : kOctets) {
          der[0] = tag;
          der[1] = static_cast<uint8_t>(length);
          der[2] = third;
          der[3] = fourth;
          for (const size_t size : kSizes) {
            ExpectSameElement(ByteView(der.data(), size));
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

// What a typed read gives: a number and octets, each as far as the type has it.
using Value = std::optional<std::pair<uint64_t, Octets>>;

Value ReadWithReader(int type, Reader reader) {
  bool boolean = false;
  uint64_t number = 0;
  ByteView octets;
  int unused_bits = 0;
  const bool ok = type == 0   ? reader.ReadBoolean(&boolean)
                  : type == 1 ? reader.ReadUint64(&number)
                  : type == 2 ? reader.ReadInteger(&octets)
                              : reader.ReadBitString(&octets, &unused_bits);
  if (!ok) return std::nullopt;
  return std::make_pair(boolean + number + unused_bits,
                        Octets(octets.begin(), octets.end()));
}

Value ReadWithCbs(int type, CBS cbs) {
  int boolean = 0;
  uint64_t number = 0;
  uint8_t unused_bits = 0;
  CBS contents = CbsOf({});
  const bool ok = type == 0   ? CBS_get_asn1_bool(&cbs, &boolean) != 0
                  : type == 1 ? CBS_get_asn1_uint64(&cbs, &number) != 0
                  : type == 2
                      ? CBS_get_asn1(&cbs, &contents, kInteger) &&
                            CBS_is_valid_asn1_integer(&contents, nullptr)
                      : CBS_get_asn1(&cbs, &contents, kBitString) &&
                            CBS_is_valid_asn1_bitstring(&contents) &&
                            CBS_get_u8(&contents, &unused_bits);
  if (!ok) return std::nullopt;
  const ByteView octets = ViewOf(contents);
  return std::make_pair(boolean + number + unused_bits,
                        Octets(octets.begin(), octets.end()));
}

TEST(ReaderTest, ReadsRandomValuesAsCbsDoes) {
  constexpr uint8_t kTags[] = {kBoolean, kInteger, kBitString, kNull};
  constexpr uint8_t kOctets[] = {0x00, 0x01, 0x07, 0x08, 0x7f, 0x80, 0xff};
  std::mt19937 random(1);
  const auto below = [&random](size_t bound) { return random() % bound; };
  int good[4] = {};
  for (int round = 0; round < 100000; ++round) {
    Octets der(2 + below(12));
    der[0] = kTags[below(std::size(kTags))];
    // One length in eight is wrong.
    der[1] = static_cast<uint8_t>(below(8) != 0 ? der.size() - 2 : below(12));
    for (size_t i = 2; i < der.size(); ++i) {
      der[i] = below(2) != 0 ? kOctets[below(std::size(kOctets))]
                             : static_cast<uint8_t>(random());
    }
    for (int type = 0; type < 4; ++type) {
      const Value value = ReadWithReader(type, Reader(der));
      ASSERT_EQ(value, ReadWithCbs(type, CbsOf(der))) << Hex(der);
      good[type] += value.has_value();
    }
  }
  for (const int count : good) EXPECT_GT(count, 100);
}

}  // namespace
}  // namespace pki::der
