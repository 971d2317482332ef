// Targets and escapes, well-formed and not.
#include "capi/cli/serve/url.h"

#include <string>

#include "gtest/gtest.h"

namespace pkictl {
namespace {

TEST(TargetTest, IsAPathAndAQuery) {
  const struct {
    const char* target;
    const char* path;
    const char* query;
  } cases[] = {{"/", "/", ""},
               {"/a/b?c=d&e?f", "/a/b", "c=d&e?f"},
               {"/?", "/", ""},
               {"http://example.com/crl/1.crl?x", "/crl/1.crl", "x"},
               {"http://example.com", "/", ""},
               {"*", "*", ""},
               {"", "", ""}};
  for (const auto& each : cases) {
    const Target target = SplitTarget(each.target);
    EXPECT_EQ(target.path, each.path) << each.target;
    EXPECT_EQ(target.query, each.query) << each.target;
  }
}

TEST(PercentTest, DecodesEscapesAndKeepsTheRest) {
  EXPECT_EQ(PercentDecode("a%20b%2F%C3%a4+"), "a b/\xc3\xa4+");
  EXPECT_EQ(PercentDecode("%00"), std::string(1, '\0'));
  for (const std::string text : {"", "%", "%2", "%zz", "100%"}) {
    EXPECT_EQ(PercentDecode(text), text);
  }
}

TEST(PercentTest, EncodesAllButTheUnreserved) {
  EXPECT_EQ(PercentEncode("aZ9-._~"), "aZ9-._~");
  EXPECT_EQ(PercentEncode("a b/\xc3\xa4+"), "a%20b%2F%C3%A4%2B");
  EXPECT_EQ(PercentEncode("a/b%", "/"), "a/b%25");
}

TEST(UrlTest, TellsLocalHostsFromOthers) {
  for (const char* host :
       {"127.0.0.1", "10.0.0.1:80", "[::1]", "[::1]:80", "localhost",
        "LocalHost:80", "bucket.localhost", "bucket.s3.localhost:80"}) {
    EXPECT_TRUE(IsLocalHost(host)) << host;
  }
  for (const char* host :
       {"", "example", "localhost.example:80", "notlocalhost", "127.0.0.1.x",
        "[::1.example]:80", "::1", "127.1"}) {
    EXPECT_FALSE(IsLocalHost(host)) << host;
  }
}

}  // namespace
}  // namespace pkictl
