// What each template makes of one fixed CSR and CA, byte by byte: for the test
// that compares it with testdata/tbs, and the program that writes it there.
#ifndef PKI_ISSUE_TBS_SNAPSHOT_H_
#define PKI_ISSUE_TBS_SNAPSHOT_H_

#include "pki/testing/snapshots.h"

namespace pki {

// Where the files are, from the root of the repository.
inline constexpr char kTbsFolder[] = "testdata/tbs";

// A TBSCertificate for each base template. A file shows one DER element in each
// line, indented by depth: the tag, then the contents of what is primitive, in
// hex. As DER's lengths follow from these, nothing of it is left out.
Snapshots RenderTbsSnapshots();

}  // namespace pki

#endif  // PKI_ISSUE_TBS_SNAPSHOT_H_
