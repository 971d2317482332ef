// Tests of digests against the examples of FIPS 180-2, appendices A and B.
#include "pki/crypto/digest.h"

#include <gtest/gtest.h>

namespace pki {
namespace {

TEST(DigestTest, Abc) {
  EXPECT_EQ(Hex(Sha1(View("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Hex(Sha256(View("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DigestTest, Nothing) {
  EXPECT_EQ(Hex(Sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(Hex(Sha256({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace pki
