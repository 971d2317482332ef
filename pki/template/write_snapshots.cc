// Writes testdata/templates again: bazel run //pki/template:write_snapshots
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "pki/template/snapshot.h"

int main() {
  namespace fs = std::filesystem;
  const char* root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root == nullptr) {
    std::cerr << "write_snapshots: run me with 'bazel run'\n";
    return 2;
  }
  const fs::path folder = fs::path(root) / pki::kSnapshotFolder;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".textproto") fs::remove(entry.path());
  }
  for (const auto& [name, content] : pki::RenderSnapshots()) {
    std::ofstream file(folder / name, std::ios::binary);
    file << content;
    if (!file.flush()) {
      std::cerr << "write_snapshots: cannot write " << folder / name << "\n";
      return 1;
    }
  }
  return 0;
}
