#include "capi/cli/shape_help.h"

#include "capi/cli/json.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

TEST(ShapeHelpTest, ShowsTypesLimitsAndWhatIsInside) {
  const OperationShape shape = ReadShape("X", Json::parse(R"({
      "Request": "In", "Response": "In", "Structures": [
          {"Name": "In", "Members": [
              {"Name": "DryRun", "Type": "BOOLEAN"},
              {"Name": "CaArn", "Type": "STRING", "Required": true,
               "Min": 5, "Max": 200, "Pattern": "arn:.*"},
              {"Name": "Csr", "Type": "BLOB", "Required": true, "Max": 9},
              {"Name": "Tags", "Type": "STRUCTURE", "Structure": "Tag",
               "List": true, "Min": 1, "Max": 50},
              {"Name": "Password", "Type": "STRING", "Secret": true}]},
          {"Name": "Tag", "Members": [
              {"Name": "Key", "Type": "STRING", "Required": true, "Min": 2,
               "Max": 2},
              {"Name": "Kind", "Type": "ENUM", "Values": ["A", "B"]},
              {"Name": "More", "Type": "STRUCTURE", "Structure": "Tag"},
              {"Name": "Days", "Type": "INTEGER", "Min": 1}]}]})"));
  EXPECT_EQ(ShapeHelp(shape),
            "\nRequired:\n"
            "  --ca-arn  string, 5 to 200 characters\n"
            "  --csr  blob (fileb://PATH, base64 or PEM), at most 9 bytes\n"
            "\n"
            "Optional:\n"
            "  --dry-run | --no-dry-run\n"
            "  --tags  list of structure, 1 to 50 items\n"
            "      Key  string, 2 characters, required\n"
            "      Kind  one of A, B\n"
            "      More  structure\n"
            "      Days  integer, at least 1\n"
            "  Password  (a secret: it has no option)\n");
}

}  // namespace
}  // namespace pkictl
