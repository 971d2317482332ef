// Keys.
#include "pki/engine/records.h"

#include <string>

#include "gtest/gtest.h"

namespace pki {
namespace {

// As proto/store.proto shows them.
TEST(RecordsTest, HaveKeysApart) {
  EXPECT_EQ(CaKey("id"), "ca/id");
  EXPECT_EQ(CertificateKey("id", "serial"), "cert/id/serial");
  EXPECT_EQ(TokenKey("issue/id", "hash"), "token/issue/id/hash");
  EXPECT_EQ(RevocationKey("id", "serial"), "revoked/id/serial");
  EXPECT_EQ(PermissionKey("id", "acm.amazonaws.com", ""),
            "permission/id/acm.amazonaws.com/");
  EXPECT_EQ(PermissionKey("id", "acm.amazonaws.com", "000000000000"),
            "permission/id/acm.amazonaws.com/000000000000");
  EXPECT_EQ(PolicyKey("id"), "policy/id");
  EXPECT_EQ(ReportKey("id", "report"), "report/id/report");
  EXPECT_EQ(ReportingKey("id"), "reporting/id");
  EXPECT_EQ(CrlKey("id", 0), "crl/id/000");
  EXPECT_EQ(CrlKey("id", 64), "crl/id/064");
  EXPECT_EQ(CrlMarkKey("id", 7), "crlmark/id/007");
  EXPECT_EQ(OcspKey("id"), "ocsp/id");
}

TEST(RecordsTest, HaveTheirKeysUnderTheirPrefixes) {
  EXPECT_EQ(kCaPrefix, "ca/");
  EXPECT_EQ(kTokenPrefix, "token/");
  EXPECT_EQ(AuditPrefix("id"), "audit/id/");
  EXPECT_EQ(RevocationPrefix("id"), "revoked/id/");
  EXPECT_EQ(PermissionPrefix("id"), "permission/id/");
  EXPECT_EQ(CrlPrefix("id"), "crl/id/");
  EXPECT_EQ(CrlMarkPrefix("id"), "crlmark/id/");
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
