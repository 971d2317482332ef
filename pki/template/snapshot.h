// The expansions of the built-in catalogue as files: for the test that compares
// them and for the program that writes them.
#ifndef PKI_TEMPLATE_SNAPSHOT_H_
#define PKI_TEMPLATE_SNAPSHOT_H_

#include "pki/testing/snapshots.h"

namespace pki {

// Where the files are, from the root of the repository.
inline constexpr char kSnapshotFolder[] = "testdata/templates";

// "EndEntityCertificate.V1.textproto" and so on.
Snapshots RenderSnapshots();

}  // namespace pki

#endif  // PKI_TEMPLATE_SNAPSHOT_H_
