// testdata/templates shows what the built-in catalogue comes to.
#include "pki/template/snapshot.h"

#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(SnapshotTest, FilesAreTheExpansions) {
  EXPECT_EQ(ReadSnapshots(kSnapshotFolder), RenderSnapshots())
      << "If the change is wanted: bazel run //pki/template:write_snapshots";
}

}  // namespace
}  // namespace pki
