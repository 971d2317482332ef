#include "capi/cli/skeleton.h"

#include <string>

#include "capi/cli/client.h"
#include "capi/cli/shape.h"
#include "capi/cli/vectors.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

TEST(SkeletonTest, IsThatOfTheAwsCliForEachOperation) {
  auto client = Client::Open();
  ASSERT_TRUE(client.ok()) << client.status();
  const auto vectors = ReadVectors("skeletons");
  EXPECT_FALSE(vectors.empty());
  for (const auto& vector : vectors) {
    const std::string operation = vector.at("operation");
    SCOPED_TRACE(operation);
    const auto described =
        client->Call("DescribeOperation", {{"Operation", operation}});
    ASSERT_TRUE(described.ok()) << described.status();
    const OperationShape shape = ReadShape(operation, *described);
    EXPECT_EQ(InputSkeleton(shape).dump(), vector.at("input").dump());
    EXPECT_EQ(OutputSkeleton(shape).dump(), vector.at("output").dump());
  }
}

TEST(SkeletonTest, HasNoSecretsAndEnds) {
  const OperationShape shape = ReadShape("X", Json::parse(R"({
      "Request": "In", "Response": "In",
      "Structures": [{"Name": "In", "Members": [
          {"Name": "Own", "Type": "STRUCTURE", "Structure": "In"},
          {"Name": "Password", "Type": "STRING", "Secret": true}]}]})"));
  EXPECT_EQ(InputSkeleton(shape).dump(), R"({"Own":{}})");
}

}  // namespace
}  // namespace pkictl
