#include "capi/cli/argument.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

class ArgumentTest : public ::testing::Test {
 protected:
  // What the words mean to `member` of the request.
  absl::StatusOr<Json> Read(const std::string& member,
                            const std::vector<std::string>& words) const {
    return ReadArgument(shape_, *shape_.Find("In", member),
                        BinaryFormat::kBase64, words);
  }
  std::string Text(const std::string& member,
                   const std::vector<std::string>& words) const {
    const auto value = Read(member, words);
    return value.ok() ? value->dump() : std::string(value.status().message());
  }
  // What `value` is in a request, in base64.
  std::string Finished(const Json& value, BinaryFormat format) const {
    Json request = {{"Blob", value}, {"Inner", {{"Blob", value}}}};
    const absl::Status status = FinishRequest(shape_, format, &request);
    if (!status.ok()) return std::string(status.message());
    EXPECT_EQ(request["Inner"]["Blob"], request["Blob"]);
    return request["Blob"].get<std::string>();
  }
  std::string Blob(const std::string& word, BinaryFormat format) const {
    const auto value =
        ReadArgument(shape_, *shape_.Find("In", "Blob"), format, {word});
    return value.ok() ? Finished(*value, format)
                      : std::string(value.status().message());
  }
  bool Refuses(const std::string& member,
               const std::vector<std::string>& words) const {
    return absl::IsInvalidArgument(Read(member, words).status());
  }

  // Makes a file in the test's folder, and says where.
  static std::string MakeFile(const std::string& name,
                              const std::string& bytes) {
    std::string path = testing::TempDir() + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  const OperationShape shape_ = ReadShape("X", Json::parse(R"({
      "Request": "In", "Response": "In", "Structures": [
          {"Name": "In", "Members": [
              {"Name": "Text", "Type": "STRING"},
              {"Name": "Number", "Type": "INTEGER"},
              {"Name": "Blob", "Type": "BLOB"},
              {"Name": "Time", "Type": "TIMESTAMP"},
              {"Name": "Texts", "Type": "STRING", "List": true},
              {"Name": "Inner", "Type": "STRUCTURE", "Structure": "Inner"},
              {"Name": "Inners", "Type": "STRUCTURE", "Structure": "Inner",
               "List": true}]},
          {"Name": "Inner", "Members": [
              {"Name": "Number", "Type": "INTEGER"},
              {"Name": "Flag", "Type": "BOOLEAN"},
              {"Name": "Blob", "Type": "BLOB"},
              {"Name": "Time", "Type": "TIMESTAMP"},
              {"Name": "Texts", "Type": "STRING", "List": true},
              {"Name": "Inner", "Type": "STRUCTURE", "Structure": "Inner"}
          ]}]})"));
};

TEST_F(ArgumentTest, ScalarsAreWords) {
  EXPECT_EQ(Text("Text", {"a=b"}), R"("a=b")");
  EXPECT_EQ(Text("Number", {"-12"}), "-12");
  EXPECT_TRUE(Refuses("Number", {"1.5"}));
  EXPECT_TRUE(Refuses("Number", {""}));
}

TEST_F(ArgumentTest, TimesAreNumbersOrIso8601) {
  EXPECT_EQ(Text("Time", {"1767225600"}), "1767225600");
  EXPECT_EQ(Text("Time", {"1767225600.5"}), "1767225600.5");
  EXPECT_EQ(Text("Time", {"2026-01-01"}), "1767225600");
  EXPECT_EQ(Text("Time", {"2026-01-01T00:00:00"}), "1767225600");
  EXPECT_EQ(Text("Time", {"2026-01-01T00:00:00.250Z"}), "1767225600.25");
  EXPECT_EQ(Text("Time", {"2026-01-01 01:00:00+01:00"}), "1767225600");
  EXPECT_TRUE(Refuses("Time", {"tomorrow"}));
  EXPECT_TRUE(Refuses("Time", {"inf"}));
  EXPECT_TRUE(Refuses("Time", {"1e300"}));
}

TEST_F(ArgumentTest, FilesStandForWords) {
  const std::string bytes("\0\1\xFF", 3);
  const std::string binary = MakeFile("bytes", bytes);
  EXPECT_EQ(Text("Text", {"file://" + MakeFile("text", "{}\n")}), R"("{}\n")");
  EXPECT_EQ(Text("Inners", {"file://" + MakeFile("json", R"([{"Number":1}])")}),
            R"([{"Number":1}])");
  EXPECT_EQ(Text("Inner", {"Blob@=fileb://" + binary}), R"({"Blob":"AAH/"})");
  ASSERT_EQ(setenv("HOME", testing::TempDir().c_str(), 1), 0);
  EXPECT_EQ(Text("Text", {"file://~/text"}), R"("{}\n")");
  EXPECT_TRUE(Refuses("Text", {"file://missing"}));
  EXPECT_TRUE(Refuses("Inner", {"Blob@=fileb://missing"}));
}

TEST_F(ArgumentTest, BlobsAreBase64OrBytes) {
  const auto base64 = BinaryFormat::kBase64;
  const auto raw = BinaryFormat::kRaw;
  const std::string binary =
      "fileb://" + MakeFile("bytes", std::string("\0\1\xFF", 3));
  EXPECT_EQ(Blob(binary, base64), "AAH/");
  EXPECT_EQ(Blob(binary, raw), "AAH/");
  const std::string text = "file://" + MakeFile("base64", "AAH/\n");
  EXPECT_EQ(Blob(text, base64), "AAH/");
  EXPECT_EQ(Blob(text, raw), "QUFILwo=");
  EXPECT_EQ(Blob("AAH/", base64), "AAH/");
  EXPECT_EQ(Blob("AAH/", raw), "QUFILw==");
  EXPECT_EQ(Finished("AAH/", raw), "QUFILw==");
  EXPECT_EQ(Blob("a b!", raw), "YSBiIQ==");
  const std::string wrong = Blob("a b!", base64);
  EXPECT_TRUE(absl::StartsWith(wrong, "Blob: Invalid base64")) << wrong;
  EXPECT_TRUE(absl::StartsWith(Blob("file://missing", raw), "cannot read"));
}

// Which the AWS CLI version 2 refuses, as PEM is no base64.
TEST_F(ArgumentTest, PemIsTakenForItself) {
  const std::string pem = "A comment\n-----BEGIN X-----\nMAA=\n";
  const std::string encoded = absl::Base64Escape(pem);
  for (const auto format : {BinaryFormat::kBase64, BinaryFormat::kRaw}) {
    for (const char* const scheme : {"file://", "fileb://"}) {
      EXPECT_EQ(Blob(scheme + MakeFile("pem", pem), format), encoded);
    }
    EXPECT_EQ(Blob(pem, format), encoded);
    EXPECT_EQ(Finished(pem, format), encoded);
  }
}

TEST_F(ArgumentTest, StructuresAreShorthandOrJson) {
  EXPECT_EQ(Text("Inner", {"Number=1,Flag=True,Texts=a"}),
            R"({"Number":1,"Flag":true,"Texts":["a"]})");
  EXPECT_EQ(Text("Inner", {"Inner={Inner={Texts=[a,b]}},Flag=maybe"}),
            R"({"Inner":{"Inner":{"Texts":["a","b"]}},"Flag":"maybe"})");
  EXPECT_EQ(Text("Inner", {"Time=2026-01-01"}), R"({"Time":1767225600})");
  EXPECT_EQ(Text("Inner", {R"( {"Number": 1})"}), R"({"Number":1})");
  EXPECT_TRUE(Refuses("Inner", {R"({"Number": )"}));
  EXPECT_TRUE(Refuses("Inner", {"Number"}));
  EXPECT_TRUE(Refuses("Inner", {"Number=x"}));
  EXPECT_TRUE(Refuses("Inner", {"Inner={Number=x}"}));
}

TEST_F(ArgumentTest, ListsAreWordsOrJson) {
  EXPECT_EQ(Text("Texts", {"a"}), R"(["a"])");
  EXPECT_EQ(Text("Texts", {"a", "b,c"}), R"(["a","b,c"])");
  EXPECT_EQ(Text("Texts", {R"(["a", "b"])"}), R"(["a","b"])");
  EXPECT_EQ(Text("Inners", {"Number=1", "Number=2"}),
            R"([{"Number":1},{"Number":2}])");
  EXPECT_EQ(Text("Inners", {R"({"Number": 1})", R"({"Number": 2})"}),
            R"([{"Number":1},{"Number":2}])");
  EXPECT_EQ(Text("Inners", {R"([{"Number": 1}])"}), R"([{"Number":1}])");
  EXPECT_TRUE(Refuses("Inners", {"Number=1", "Number"}));
}

TEST_F(ArgumentTest, DoesNotRepeatAFileThatIsNotJson) {
  const std::string file =
      "file://" + MakeFile("in", "{\n\"Text\": \"hidden\n\"}");
  for (const absl::Status& status :
       {ReadInputJson(file).status(), Read("Inner", {file}).status()}) {
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_FALSE(absl::StrContains(status.message(), "hidden")) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "byte 18, in line 3"))
        << status;
  }
}

TEST_F(ArgumentTest, InputJsonIsAnObject) {
  EXPECT_EQ(ReadInputJson(R"({"Number":1})")->dump(), R"({"Number":1})");
  EXPECT_EQ(ReadInputJson("file://" + MakeFile("in", "{}"))->dump(), "{}");
  EXPECT_FALSE(ReadInputJson("[]").ok());
  EXPECT_FALSE(ReadInputJson("{").ok());
  EXPECT_FALSE(ReadInputJson("{\"Number\":1e999}").ok());
  EXPECT_FALSE(ReadInputJson(std::string(100000, '[')).ok());
  EXPECT_FALSE(ReadInputJson("{\"A\":" + std::string(100000, '[') +
                             std::string(100000, ']') + "}")
                   .ok());
}

TEST_F(ArgumentTest, ARequestHasKnownMembersAndTimesInNumbers) {
  Json request = Json::parse(
      R"({"Time":"2026-01-01","Inners":[{"Inner":{"Time":"2026-01-02"}}]})");
  ASSERT_TRUE(FinishRequest(shape_, BinaryFormat::kBase64, &request).ok());
  EXPECT_EQ(request.dump(),
            R"({"Time":1767225600,"Inners":[{"Inner":{"Time":1767312000}}]})");
  Json unknown = Json::parse(R"({"Inners":[{},{"Inner":{"Nmber":1}}]})");
  const absl::Status status =
      FinishRequest(shape_, BinaryFormat::kBase64, &unknown);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_TRUE(absl::StrContains(status.message(), "Inners[1].Inner"));
  Json bytes = {{"Text", "\xFF"}};
  EXPECT_TRUE(absl::IsInvalidArgument(
      FinishRequest(shape_, BinaryFormat::kBase64, &bytes)));
  Json bad = Json::parse(R"({"Time":"soon"})");
  EXPECT_TRUE(absl::IsInvalidArgument(
      FinishRequest(shape_, BinaryFormat::kBase64, &bad)));
  // What is of another type is the engine's to refuse.
  Json other = Json::parse(R"({"Inners":{"Number":[]},"Inner":3})");
  EXPECT_TRUE(FinishRequest(shape_, BinaryFormat::kBase64, &other).ok());
}

TEST_F(ArgumentTest, TimesAreShownInIso8601) {
  ASSERT_EQ(setenv("TZ", "UTC", 1), 0);
  Json response = Json::parse(
      R"({"Number":1767225600,"Time":1767225600,
          "Inner":{"Time":1767225600.123}})");
  ShowTimes(shape_, &response);
  EXPECT_EQ(response.dump(),
            R"({"Number":1767225600,"Time":"2026-01-01T00:00:00+00:00",)"
            R"("Inner":{"Time":"2026-01-01T00:00:00.123000+00:00"}})");
}

}  // namespace
}  // namespace pkictl
