#include "capi/cli/client.h"

#include "gtest/gtest.h"

namespace pkictl {
namespace {

TEST(ClientTest, AnAnswerHasItsBytes) {
  const auto bytes = BlobIn(Json::parse(R"({"Der": "MAA="})"), "Der");
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(*bytes, std::string("0\0", 2));
  for (const char* const answer :
       {"{}", R"({"Der": "?"})", R"({"Der": 1})", R"({"der": "MAA="})"}) {
    EXPECT_FALSE(BlobIn(Json::parse(answer), "Der").ok()) << answer;
  }
}

}  // namespace
}  // namespace pkictl
