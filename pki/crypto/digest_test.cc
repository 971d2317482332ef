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

TEST(DigestTest, OfSignatures) {
  EXPECT_EQ(Hex(View(DigestOf(Digest::kSha256, View("abc")))),
            Hex(Sha256(View("abc"))));
  EXPECT_EQ(Hex(View(DigestOf(Digest::kSha384, View("abc")))),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(Hex(View(DigestOf(Digest::kSha512, View("abc")))),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(DigestTest, InPiecesItIsTheSame) {
  for (const Digest digest :
       {Digest::kSha256, Digest::kSha384, Digest::kSha512}) {
    Hasher hasher(digest);
    for (const char* piece : {"a", "", "bc"}) hasher.Update(View(piece));
    EXPECT_EQ(hasher.Finish(), DigestOf(digest, View("abc")));
  }
}

}  // namespace
}  // namespace pki
