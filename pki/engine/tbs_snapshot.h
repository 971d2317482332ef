// What each template makes of the same requests, byte by byte: for the test
// that compares it with testdata/tbs, and the program that writes it there.
#ifndef PKI_ENGINE_TBS_SNAPSHOT_H_
#define PKI_ENGINE_TBS_SNAPSHOT_H_

#include "pki/testing/snapshots.h"

namespace pki {

// Where the files are, from the root of the repository.
inline constexpr char kTbsFolder[] = "testdata/tbs";

// A file for each template, with the TBSCertificates that it gave to requests
// for everything and for nothing, by the CSR and by the API. It shows one DER
// element in each line, indented by depth: the tag, then the contents of what
// is primitive, in hex. As DER's lengths follow from these, nothing is left
// out.
Snapshots RenderTbsSnapshots();

}  // namespace pki

#endif  // PKI_ENGINE_TBS_SNAPSHOT_H_
