// What is read into a tree, and what is not.
#include "pki/access/json_tree.h"

#include <string>

#include "gtest/gtest.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using Json = nlohmann::json;

TEST(JsonTreeTest, KeepsWhatTheTextSays) {
  const auto tree = ReadJsonTree(
      R"( {"a": [1, -2, 0.5, true, null, {"b": "c"}, []], "d": {"a": {}}} )");
  ASSERT_THAT(tree, IsOk());
  EXPECT_EQ(*tree, Json({{"a",
                          {1, -2, 0.5, true, nullptr,
                           Json::object({{"b", "c"}}), Json::array()}},
                         {"d", {{"a", Json::object()}}}}));
}

TEST(JsonTreeTest, IsOneValueOfJson) {
  for (const char* text :
       {"", "{", "[1,]", "{} {}", "{'a': 1}", "\"\xff\"", "// a\n{}"}) {
    EXPECT_THAT(ReadJsonTree(text), IsRefusal(v1::REASON_POLICY_JSON, "Policy"))
        << text;
  }
}

TEST(JsonTreeTest, HasFewLevels) {
  const auto nested = [](int levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_THAT(ReadJsonTree(nested(kMaxPolicyDepth)), IsOk());
  EXPECT_THAT(ReadJsonTree(nested(kMaxPolicyDepth + 1)),
              IsRefusal(v1::REASON_POLICY_DEPTH, "Policy"));
}

TEST(JsonTreeTest, HasNoMemberTwice) {
  EXPECT_THAT(ReadJsonTree(R"({"a": 1, "b": {"a": 1}})"), IsOk());
  EXPECT_THAT(ReadJsonTree(R"({"b": [{"a": 1, "\u0061": 2}]})"),
              IsRefusal(v1::REASON_POLICY_MEMBER_TWICE, "Policy"));
}

}  // namespace
}  // namespace pki
