// Lengths of text.
#include "pki/base/utf8.h"

#include <gtest/gtest.h>

namespace pki {
namespace {

TEST(Utf8Test, CountsCodePoints) {
  EXPECT_EQ(Utf8Length(""), 0u);
  EXPECT_EQ(Utf8Length("a\xc3\xa9\xe2\x82\xac"), 3u);
  EXPECT_EQ(Utf8Length("\xf0\x9f\x94\x91"), 1u);
}

}  // namespace
}  // namespace pki
