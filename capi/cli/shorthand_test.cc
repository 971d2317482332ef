#include "capi/cli/shorthand.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "capi/cli/vectors.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

absl::StatusOr<std::string> AsItIs(absl::string_view text) {
  return std::string(text);
}

TEST(ShorthandTest, MeansWhatItMeansToTheAwsCli) {
  const auto vectors = ReadVectors("shorthand");
  EXPECT_FALSE(vectors.empty());
  for (const auto& vector : vectors) {
    const auto parsed = ParseShorthand(vector[0].get<std::string>(), AsItIs);
    EXPECT_EQ(parsed.ok(), vector.size() == 2) << vector[0];
    if (parsed.ok() && vector.size() == 2) {
      EXPECT_EQ(*parsed, vector[1]) << vector[0];
    }
  }
}

TEST(ShorthandTest, PointsAtWhatIsWrong) {
  const auto parsed = ParseShorthand("a=b,\nc={d,\ne=f}", AsItIs);
  EXPECT_TRUE(absl::IsInvalidArgument(parsed.status()));
  EXPECT_TRUE(
      absl::EndsWith(parsed.status().message(), "\na=b,\nc={d,\n    ^\ne=f}"))
      << parsed.status();
}

TEST(ShorthandTest, ReadsFilesBehindAnAtSign) {
  const auto resolve =
      [](absl::string_view text) -> absl::StatusOr<std::string> {
    if (text == "missing") return absl::NotFoundError("");
    return absl::StrCat("<", text, ">");
  };
  const auto parsed = ParseShorthand("a@=x,y,b=z,c={d@='u',e=v},f=w", resolve);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->dump(),
            R"({"a":["<x>","<y>"],"b":"z","c":{"d":"<u>","e":"v"},"f":"w"})");
  for (const char* text :
       {"a@=missing", "a@=x,missing,b=c", "a={b@=missing}"}) {
    EXPECT_TRUE(absl::IsNotFound(ParseShorthand(text, resolve).status()))
        << text;
  }
}

TEST(ShorthandTest, EndsBeforeTheStackDoes) {
  const std::string deep(100000, '[');
  EXPECT_FALSE(ParseShorthand("a=" + deep, AsItIs).ok());
}

}  // namespace
}  // namespace pkictl
