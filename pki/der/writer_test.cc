// What the writer writes, the reader reads.
#include "pki/der/writer.h"

#include "gtest/gtest.h"
#include "pki/der/reader.h"

namespace pki::der {
namespace {

TEST(WriterTest, NestsElements) {
  Writer writer;
  writer.Add(kSequence, [](Writer& fields) {
    fields.AddUint64(5);
    fields.Add(kSet, [](Writer& set) { set.AddBoolean(true); });
    fields.AddText(kUtf8String, "x");
  });
  EXPECT_EQ(Hex(View(writer.Finish())), "300b02010531030101ff0c0178");
}

TEST(WriterTest, WritesPositiveIntegersMinimally) {
  const auto encoded = [](std::initializer_list<uint8_t> octets) {
    Writer writer;
    writer.AddPositiveInteger(ByteView(octets.begin(), octets.size()));
    return Hex(View(writer.Finish()));
  };
  EXPECT_EQ(encoded({0x00, 0x00, 0x01}), "020101");
  EXPECT_EQ(encoded({0x80}), "02020080");
  EXPECT_EQ(encoded({0x7f, 0xff}), "02027fff");
}

TEST(WriterTest, WritesLongLengths) {
  Writer writer(1);
  const Bytes contents(300, 'x');
  writer.Add(kSequence, [&](Writer& fields) {
    fields.AddBytes(kOctetString, View(contents));
    fields.AddBitStringBytes(View(contents));
  });
  const Bytes der = writer.Finish();
  Reader outer(View(der));
  Reader fields;
  ByteView octets;
  ByteView bits;
  ASSERT_TRUE(outer.Read(kSequence, &fields));
  ASSERT_TRUE(fields.Read(kOctetString, &octets));
  ASSERT_TRUE(fields.ReadBitStringBytes(&bits));
  EXPECT_EQ(octets, View(contents));
  EXPECT_EQ(bits, View(contents));
  EXPECT_TRUE(fields.empty());
  EXPECT_TRUE(outer.empty());
}

}  // namespace
}  // namespace pki::der
