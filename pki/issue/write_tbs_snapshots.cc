// Writes testdata/tbs again: bazel run //pki/issue:write_tbs_snapshots
#include "pki/issue/tbs_snapshot.h"

int main() {
  return pki::WriteSnapshots(pki::kTbsFolder, pki::RenderTbsSnapshots());
}
