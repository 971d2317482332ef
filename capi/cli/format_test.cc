#include "capi/cli/format.h"

#include <string>

#include "capi/cli/vectors.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

TEST(FormatTest, TextAndTablesAreThoseOfTheAwsCli) {
  const auto vectors = ReadVectors("outputs");
  EXPECT_FALSE(vectors.empty());
  for (const auto& vector : vectors) {
    const Json& response = vector.at("response");
    EXPECT_EQ(FormatText(response), vector.at("text")) << response;
    EXPECT_EQ(FormatTable(vector.at("title").get<std::string>(), response,
                          vector.at("width")),
              vector.at("table"))
        << response;
  }
}

TEST(FormatTest, JsonIsIndentedByFour) {
  EXPECT_EQ(
      FormatJson({{"A", {{"B", Json::array({1, "\u00e4"})}}}, {"C", "d"}}),
      "{\n"
      "    \"A\": {\n"
      "        \"B\": [\n"
      "            1,\n"
      "            \"\u00e4\"\n"
      "        ]\n"
      "    },\n"
      "    \"C\": \"d\"\n"
      "}\n");
  EXPECT_EQ(FormatJson(Json::object()), "");
}

TEST(FormatTest, AScalarIsALine) {
  EXPECT_EQ(FormatText("arn"), "arn\n");
  EXPECT_EQ(FormatText(Json::array({"a", "b"})), "a\tb\n");
}

}  // namespace
}  // namespace pkictl
