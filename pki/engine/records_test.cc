// Keys.
#include "pki/engine/records.h"

#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(RecordsTest, HaveKeysApart) {
  EXPECT_EQ(CaKey("id"), "ca/id");
  EXPECT_EQ(CertificateKey("id", "serial"), "cert/id/serial");
  EXPECT_EQ(TokenKey("issue/id", "hash"), "token/issue/id/hash");
}

}  // namespace
}  // namespace pki
