// The vectors of RFC 4648 section 10, and what only lenient decoders read.
#include "pki/base/base64.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"

namespace pki {
namespace {

TEST(Base64Test, ReadsTheVectorsOfTheStandard) {
  EXPECT_EQ(DecodeBase64(""), "");
  EXPECT_EQ(DecodeBase64("Zg=="), "f");
  EXPECT_EQ(DecodeBase64("Zm8="), "fo");
  EXPECT_EQ(DecodeBase64("Zm9v"), "foo");
  EXPECT_EQ(DecodeBase64("Zm9vYg=="), "foob");
  EXPECT_EQ(DecodeBase64("Zm9vYmE="), "fooba");
  EXPECT_EQ(DecodeBase64("Zm9vYmFy"), "foobar");
}

TEST(Base64Test, ReadsEveryByteInEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t size : {1, 2, 3, 4, 5, 6}) {
      for (size_t place = 0; place < size; ++place) {
        Bytes bytes(size, '\x5a');
        bytes[place] = static_cast<char>(byte);
        EXPECT_EQ(DecodeBase64(absl::Base64Escape(bytes)), bytes);
      }
    }
  }
}

TEST(Base64Test, RefusesWrongLengthsAndPadding) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=", "==", "===", "====",
                           "Z===", "Zg==Zg==", "Zm=v", "Zg.=", "Zg.."}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

TEST(Base64Test, RefusesUnusedBitsThatAreSet) {
  EXPECT_EQ(DecodeBase64("Zh=="), std::nullopt);
  EXPECT_EQ(DecodeBase64("Zm9="), std::nullopt);
}

// Alone, and where the length is that of whole groups.
TEST(Base64Test, RefusesWhiteSpace) {
  for (const char* text : {"Zm9v\n", "\nZm9v", "Zm9v\n\n\n\n", "Zm9 vYmFy\r\n ",
                           "Zm 9v=", "Zm 9vYg="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

TEST(Base64Test, RefusesEveryOtherCharacter) {
  const std::string digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int c = 0; c < 256; ++c) {
    for (size_t place = 0; place < 4; ++place) {
      std::string text = "AAAABBBB";
      text[place] = static_cast<char>(c);
      const bool digit = digits.find(text[place]) != std::string::npos;
      EXPECT_EQ(DecodeBase64(text).has_value(), digit) << c;
    }
  }
}

}  // namespace
}  // namespace pki
