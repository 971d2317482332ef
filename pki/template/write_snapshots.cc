// Writes testdata/templates again: bazel run //pki/template:write_snapshots
#include "pki/template/snapshot.h"

int main() {
  return pki::WriteSnapshots(pki::kSnapshotFolder, pki::RenderSnapshots());
}
