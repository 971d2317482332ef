#include "capi/cli/pages.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "capi/cli/json.h"
#include "capi/cli/shape.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

// Answers the numbers from 0 to 9, three at most at once, in pages that may be
// empty. The token is the number to go on with.
class PagesTest : public ::testing::Test {
 protected:
  absl::StatusOr<Json> Call(const PageOptions& options,
                            const Json& request = Json::object()) {
    return CallForPages(shape_, options, request, [this](const Json& asked) {
      requests_.push_back(asked);
      return Answer(asked);
    });
  }

  static absl::StatusOr<Json> Answer(const Json& request) {
    const int start = std::stoi(request.value("NextToken", "0"));
    const int count = start == 3 ? 0 : request.value("MaxResults", 3);
    if (count > 5) return absl::InvalidArgumentError("");
    Json answer = Json::object();
    int next = start;
    for (; next < start + count && next < 10; ++next) {
      answer["Items"].push_back(next);
    }
    if (start == 3) next = 4;
    if (next < 10) answer["NextToken"] = absl::StrCat(next);
    return answer;
  }

  const OperationShape shape_ = ReadShape("ListItems", Json::parse(R"({
      "Request": "In", "Response": "Out", "Structures": [
          {"Name": "In", "Members": [
              {"Name": "MaxResults", "Type": "INTEGER", "Max": 5},
              {"Name": "NextToken", "Type": "STRING"}]},
          {"Name": "Out", "Members": [
              {"Name": "NextToken", "Type": "STRING"},
              {"Name": "Items", "Type": "INTEGER", "List": true}]}]})"));
  std::vector<Json> requests_;
};

TEST_F(PagesTest, AreMadeOne) {
  const auto all = Call({});
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->dump(), R"({"Items":[0,1,2,4,5,6,7,8,9]})");
  EXPECT_EQ(requests_.front().dump(), "{}");
}

TEST_F(PagesTest, EndAtTheNumberAskedFor) {
  PageOptions options;
  options.max_items = 7;
  options.starting_token = "4";
  const auto none_left = Call(options);
  ASSERT_TRUE(none_left.ok()) << none_left.status();
  EXPECT_EQ(none_left->dump(), R"({"Items":[4,5,6,7,8,9]})");
  EXPECT_EQ(requests_.front().at("MaxResults"), 5);
  options.max_items = 2;
  const auto some_left = Call(options);
  ASSERT_TRUE(some_left.ok()) << some_left.status();
  EXPECT_EQ(some_left->dump(), R"({"Items":[4,5],"NextToken":"6"})");
}

TEST_F(PagesTest, HaveTheSizeAskedFor) {
  PageOptions options;
  options.page_size = 1;
  const auto all = Call(options);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->at("Items").size(), 9);
  for (const Json& request : requests_) EXPECT_EQ(request.at("MaxResults"), 1);
}

TEST_F(PagesTest, ComeOneByOneOnRequest) {
  PageOptions one;
  one.one_page = true;
  const std::string first = R"({"Items":[0,1,2],"NextToken":"3"})";
  EXPECT_EQ(Call(one)->dump(), first);
  EXPECT_EQ(Call({}, {{"MaxResults", 3}})->dump(), first);
  EXPECT_EQ(Call({}, {{"NextToken", "8"}})->dump(), R"({"Items":[8,9]})");
}

TEST_F(PagesTest, EndAtAnError) {
  PageOptions options;
  options.page_size = 6;
  EXPECT_FALSE(Call(options).ok());
}

TEST_F(PagesTest, AreNotForEveryOperation) {
  EXPECT_TRUE(HasPages(shape_));
  OperationShape other = shape_;
  other.response = "In";
  EXPECT_FALSE(HasPages(other));
}

}  // namespace
}  // namespace pkictl
