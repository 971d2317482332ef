// Tests of the ways between bytes and text.
#include "pki/base/bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pki {
namespace {

using ::testing::ElementsAre;

constexpr uint8_t kBytes[] = {0x00, 0x7f, 0x80, 0xff};

TEST(BytesTest, ViewAndTextNameTheSameBytes) {
  const absl::string_view text = Text(kBytes);
  EXPECT_THAT(View(text), ElementsAre(0x00, 0x7f, 0x80, 0xff));
  EXPECT_EQ(View(text).data(), kBytes);
}

TEST(BytesTest, CopyOwnsItsBytes) {
  const Bytes copy = Copy(kBytes);
  EXPECT_EQ(copy, Text(kBytes));
  EXPECT_NE(View(copy).data(), kBytes);
}

TEST(BytesTest, HexIsLowerCaseAndComplete) {
  EXPECT_EQ(Hex(kBytes), "007f80ff");
  EXPECT_EQ(Hex({}), "");
}

}  // namespace
}  // namespace pki
