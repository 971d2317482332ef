// The alphabets of strings, and their text.
#include "pki/der/string.h"

#include "gtest/gtest.h"
#include "pki/der/tag.h"

namespace pki::der {
namespace {

TEST(StringTest, KnowsThePrintableAlphabet) {
  EXPECT_TRUE(IsPrintable(View("Ab09 '()+,-./:=?")));
  for (const char* text : {"a@b", "a*b", "a_b", "a&b", "\xc3\xa9"}) {
    EXPECT_FALSE(IsPrintable(View(text))) << text;
  }
  EXPECT_FALSE(IsPrintable(View(absl::string_view("\0", 1))));
}

TEST(StringTest, KnowsControlCharacters) {
  EXPECT_FALSE(HasControl(View(" ~\xc2\x80\xff")));
  for (const char c : {'\0', '\t', '\n', '\x1b', '\x1f', '\x7f'}) {
    EXPECT_TRUE(HasControl(View(std::string("a") + c + "b")));
  }
}

TEST(StringTest, KnowsUtf8) {
  EXPECT_TRUE(IsUtf8(View("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91")));
  for (const char* text : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80",
                           "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    EXPECT_FALSE(IsUtf8(View(text))) << Hex(View(text));
  }
}

TEST(StringTest, ConvertsToUtf8) {
  EXPECT_EQ(ToUtf8(kTeletexString, View("caf\xe9")), "caf\xc3\xa9");
  EXPECT_EQ(ToUtf8(kBmpString, View(absl::string_view("\x20\xac", 2))),
            "\xe2\x82\xac");
  EXPECT_EQ(
      ToUtf8(kUniversalString, View(absl::string_view("\0\1\xf5\x11", 4))),
      "\xf0\x9f\x94\x91");
  EXPECT_EQ(ToUtf8(kUtf8String, View("x")), "x");
  EXPECT_EQ(ToUtf8(kOctetString, View("x")), std::nullopt);
}

TEST(StringTest, ChecksContentsAgainstTheType) {
  EXPECT_FALSE(IsStringOf(kPrintableString, View("a@b")));
  EXPECT_FALSE(IsStringOf(kIa5String, View("\xe9")));
  EXPECT_FALSE(IsStringOf(kUtf8String, View("\xe9")));
  EXPECT_FALSE(IsStringOf(kBmpString, View("abc")));
  EXPECT_FALSE(IsStringOf(kBmpString, View("\xd8\x01")));
  EXPECT_FALSE(IsStringOf(kUniversalString, View("abc")));
  EXPECT_FALSE(IsStringOf(kNumericString, View("1a")));
  EXPECT_TRUE(IsStringOf(kNumericString, View("1 2")));
  EXPECT_TRUE(IsStringOf(kTeletexString, View("\xe9")));
  EXPECT_FALSE(IsStringOf(kOctetString, View("x")));
}

}  // namespace
}  // namespace pki::der
