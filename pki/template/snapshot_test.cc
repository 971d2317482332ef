// testdata/templates shows what the built-in catalogue comes to.
#include "pki/template/snapshot.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(SnapshotTest, FilesAreTheExpansions) {
  std::map<std::string, std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(kSnapshotFolder)) {
    if (entry.path().extension() != ".textproto") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    files[entry.path().filename()] = content.str();
  }
  EXPECT_EQ(files, RenderSnapshots())
      << "If the change is wanted: bazel run //pki/template:write_snapshots";
}

}  // namespace
}  // namespace pki
