// Keys.
#include "pki/engine/records.h"

#include <string>

#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(RecordsTest, HaveKeysApart) {
  EXPECT_EQ(CaKey("id"), "ca/id");
  EXPECT_EQ(CertificateKey("id", "serial"), "cert/id/serial");
  EXPECT_EQ(TokenKey("issue/id", "hash"), "token/issue/id/hash");
}

TEST(RecordsTest, FindACrlHoweverItsHostIsWritten) {
  const std::string key = CrlUriKey("http://crl.example/A/b.crl");
  // printf crl.example/A/b.crl | sha256sum
  EXPECT_EQ(key,
            "crluri/"
            "f275a2a2588e109bb72fa8c6d0e7de2ce6dd2b1e89ccda64786b64ab866adfef");
  EXPECT_EQ(CrlUriKey("http://CRL.Example:8080/A/b.crl"), key);
  EXPECT_NE(CrlUriKey("http://crl.example/a/b.crl"), key);
  EXPECT_NE(CrlUriKey("http://crl.example/A/b.crl:80"), key);
  EXPECT_EQ(CrlUriKey("http://[::1]:80/a"), CrlUriKey("http://[::1]/a"));
  EXPECT_NE(CrlUriKey("http://[::1]/a"), CrlUriKey("http://[::2]/a"));
}

}  // namespace
}  // namespace pki
