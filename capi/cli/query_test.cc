#include "capi/cli/query.h"

#include <string>

#include "absl/status/status.h"
#include "capi/cli/vectors.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

TEST(QueryTest, FindsWhatJmespathFinds) {
  const auto vectors = ReadVectors("queries");
  ASSERT_FALSE(vectors.empty());
  // The first line is what all of them ask.
  const Json& value = vectors.front();
  for (size_t i = 1; i < vectors.size(); ++i) {
    const auto query = ParseQuery(vectors[i][0].get<std::string>());
    EXPECT_EQ(query.ok(), vectors[i].size() == 2) << vectors[i][0];
    if (query.ok() && vectors[i].size() == 2) {
      // The order of members is none.
      EXPECT_EQ(nlohmann::json::parse((*query)(value).dump()),
                nlohmann::json::parse(vectors[i][1].dump()))
          << vectors[i][0];
    }
  }
}

TEST(QueryTest, SaysWhatItDoesNotKnow) {
  for (const char* text :
       {"length(a)", "a[0:2]", "!a", "a[?starts_with(b, c)]"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseQuery(text).status())) << text;
  }
}

TEST(QueryTest, EndsBeforeTheStackDoes) {
  EXPECT_FALSE(ParseQuery(std::string(100000, '(')).ok());
  EXPECT_FALSE(ParseQuery(std::string(100000, '[')).ok());
}

}  // namespace
}  // namespace pkictl
