// Reads testdata/csr and its expectations.
#include "pki/testing/csr_corpus.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

namespace pki {
namespace {

constexpr char kFolder[] = "testdata/csr";
constexpr char kExpectations[] = "expectations.txt";

Bytes ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

CsrCase ParseLine(const std::string& line) {
  static const std::map<std::string, CsrStage> kStages = {
      {"request", CsrStage::kRequest},
      {"csr", CsrStage::kCsr},
      {"issue", CsrStage::kIssue},
      {"ok", CsrStage::kNone},
  };
  CsrCase parsed;
  std::string stage;
  std::string reason;
  std::istringstream(line) >> parsed.file >> stage >> reason >> parsed.field;
  EXPECT_TRUE(kStages.count(stage) == 1) << line;
  parsed.stage = kStages.at(stage);
  parsed.reason = v1::REASON_UNSPECIFIED;
  EXPECT_EQ(parsed.stage == CsrStage::kNone, reason.empty()) << line;
  EXPECT_TRUE(reason.empty() || v1::Reason_Parse(reason, &parsed.reason))
      << line;
  return parsed;
}

}  // namespace

std::vector<CsrCase> CsrCorpus() {
  const std::filesystem::path folder(kFolder);
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.insert(entry.path().filename());
  }
  files.erase(kExpectations);

  std::vector<CsrCase> corpus;
  std::ifstream lines(folder / kExpectations);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    CsrCase next = ParseLine(line);
    EXPECT_EQ(files.erase(next.file), 1U) << "no file for: " << line;
    next.contents = ReadFile(folder / next.file);
    corpus.push_back(std::move(next));
  }
  EXPECT_TRUE(files.empty()) << "no line for " << *files.begin();
  EXPECT_FALSE(corpus.empty());
  return corpus;
}

}  // namespace pki
