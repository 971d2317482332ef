// What strict DER is, and what it is not.
#include "pki/der/reader.h"

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

TEST(ReaderTest, ReadsOptionalElements) {
  const Octets der = {0xa0, 0x02, 0x05, 0x00};
  Reader reader{ByteView(der)};
  Reader contents;
  bool present = true;
  ASSERT_TRUE(reader.ReadOptional(ContextConstructed(1), &contents, &present));
  EXPECT_FALSE(present);
  ASSERT_TRUE(reader.ReadOptional(ContextConstructed(0), &contents, &present));
  EXPECT_TRUE(present);
  EXPECT_TRUE(reader.empty());
}

}  // namespace
}  // namespace pki::der
