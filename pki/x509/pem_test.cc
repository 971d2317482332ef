// PEM: what is taken and what is not.
#include "pki/x509/pem.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pki {
namespace {

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};
constexpr absl::string_view kGood =
    "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n";

TEST(PemTest, ReadsWhatItWrites) {
  for (const size_t size : {1, 47, 48, 49, 1000}) {
    const Bytes der(size, 'x');
    const std::string pem = EncodePem("CERTIFICATE", View(der));
    EXPECT_NE(pem.back(), '\n');
    const auto blocks = DecodePem(pem, kLabels);
    ASSERT_TRUE(blocks.has_value());
    ASSERT_EQ(blocks->size(), 1u);
    EXPECT_EQ(blocks->front(), der);
  }
}

TEST(PemTest, WritesSixtyFourColumns) {
  const std::string pem = EncodePem("X", View(Bytes(49, 'x')));
  const size_t first_line = pem.find('\n') + 1;
  EXPECT_EQ(pem.find('\n', first_line), first_line + 64);
}

TEST(PemTest, PassesOverTextAroundBlocks) {
  const auto blocks = DecodePem(
      absl::StrCat("subject=x\r\n", kGood, "\r\n text ", "\n", kGood), kLabels);
  ASSERT_TRUE(blocks.has_value());
  EXPECT_EQ(blocks->size(), 2u);
}

TEST(PemTest, RefusesWhatIsMalformed) {
  for (const char* text : {
           "-----BEGIN CERTIFICATE-----\nAAEC\n",
           "-----BEGIN CERTIFICATE-----\nAAEC\n-----END X-----\n",
           "-----BEGIN X-----\nAAEC\n-----END X-----\n",
           "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
           "-----BEGIN CERTIFICATE-----\nAA*C\n-----END CERTIFICATE-----\n",
           "-----BEGIN CERTIFICATE-----\nAAE\n-----END CERTIFICATE-----\n",
           "-----BEGIN CERTIFICATE-----\nAAF=\n-----END CERTIFICATE-----\n",
           "-----BEGIN CERTIFICATE-----\nA EC\n-----END CERTIFICATE-----\n",
           "-----BEGIN CERTIFICATE-----\nK: v\n\nAAEC\n"
           "-----END CERTIFICATE-----\n",
           "x-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n",
           "x\r-----BEGIN CERTIFICATE-----\nAAEC\n"
           "-----END CERTIFICATE-----\n",
       }) {
    EXPECT_FALSE(DecodePem(text, kLabels).has_value()) << text;
  }
}

TEST(PemTest, TellsPemFromDer) {
  EXPECT_TRUE(LooksLikePem(kGood));
  EXPECT_FALSE(LooksLikePem("0\x82"));
  EXPECT_TRUE(DecodePem("no block", kLabels)->empty());
}

}  // namespace
}  // namespace pki
