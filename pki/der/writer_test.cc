// What the writer writes, CBB writes too, and the reader reads.
#include "pki/der/writer.h"

#include <openssl/bytestring.h>

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

TEST(WriterTest, WritesUnsignedIntegersMinimally) {
  const auto encoded = [](std::initializer_list<uint8_t> octets) {
    Writer writer;
    writer.AddUnsigned(ByteView(octets.begin(), octets.size()));
    return Hex(View(writer.Finish()));
  };
  EXPECT_EQ(encoded({0x00, 0x00, 0x01}), "020101");
  EXPECT_EQ(encoded({0x80}), "02020080");
  EXPECT_EQ(encoded({0x7f, 0xff}), "02027fff");
  EXPECT_EQ(encoded({0x00}), "020100");
  EXPECT_EQ(encoded({}), "020100");
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

TEST(WriterTest, WritesEveryLengthAsCbbDoes) {
  for (const size_t size : {0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 24}) {
    const Bytes contents(size, 'x');
    Writer writer;
    writer.AddBytes(ContextConstructed(30), View(contents));
    bssl::ScopedCBB cbb;
    CBB child;
    ASSERT_TRUE(CBB_init(cbb.get(), 0) &&
                CBB_add_asn1(cbb.get(), &child, ContextConstructed(30)) &&
                CBB_add_bytes(&child, View(contents).data(), size) &&
                CBB_flush(cbb.get()));
    EXPECT_TRUE(View(writer.Finish()) ==
                ByteView(CBB_data(cbb.get()), CBB_len(cbb.get())))
        << size;
  }
}

TEST(WriterTest, WritesNumbersAsCbbDoes) {
  for (int bits = 0; bits <= 64; ++bits) {
    for (const uint64_t low : {0, 1}) {
      // Around every power of two.
      const uint64_t number = (bits == 64 ? 0 : uint64_t{1} << bits) - low;
      Writer writer;
      writer.AddUint64(number);
      bssl::ScopedCBB cbb;
      ASSERT_TRUE(CBB_init(cbb.get(), 0) &&
                  CBB_add_asn1_uint64(cbb.get(), number));
      EXPECT_EQ(View(writer.Finish()),
                ByteView(CBB_data(cbb.get()), CBB_len(cbb.get())));
    }
  }
}

}  // namespace
}  // namespace pki::der
