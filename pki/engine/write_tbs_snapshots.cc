// Writes testdata/tbs again: bazel run //pki/engine:write_tbs_snapshots
#include "pki/engine/tbs_snapshot.h"

int main() {
  return pki::WriteSnapshots(pki::kTbsFolder, pki::RenderTbsSnapshots());
}
