// Reading and writing of folders.
#include "pki/testing/snapshots.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

namespace pki {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> Files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != "BUILD.bazel") files.push_back(entry);
  }
  return files;
}

}  // namespace

Snapshots ReadSnapshots(const std::string& folder) {
  Snapshots snapshots;
  for (const fs::path& path : Files(folder)) {
    std::ifstream file(path, std::ios::binary);
    snapshots[path.filename()] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return snapshots;
}

int WriteSnapshots(const std::string& folder, const Snapshots& snapshots) {
  const char* root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root == nullptr) {
    std::cerr << "Run me with 'bazel run'.\n";
    return 2;
  }
  const fs::path target = fs::path(root) / folder;
  for (const fs::path& path : Files(target)) fs::remove(path);
  for (const auto& [name, content] : snapshots) {
    std::ofstream file(target / name, std::ios::binary);
    file << content;
    if (!file.flush()) {
      std::cerr << "Cannot write " << target / name << ".\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace pki
