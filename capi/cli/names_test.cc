#include "capi/cli/names.h"

#include "capi/cli/vectors.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

TEST(NamesTest, AreThoseOfTheAwsCli) {
  const auto vectors = ReadVectors("names");
  EXPECT_FALSE(vectors.empty());
  for (const auto& vector : vectors) {
    EXPECT_EQ(CliName(vector[0].get<std::string>()), vector[1]) << vector[0];
  }
}

TEST(NamesTest, OfNothingIsNothing) { EXPECT_EQ(CliName(""), ""); }

}  // namespace
}  // namespace pkictl
