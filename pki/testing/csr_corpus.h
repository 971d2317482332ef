// The requests in testdata/csr, and what must become of each.
#ifndef PKI_TESTING_CSR_CORPUS_H_
#define PKI_TESTING_CSR_CORPUS_H_

#include <string>
#include <vector>

#include "pki/base/bytes.h"
#include "proto/error.pb.h"

namespace pki {

// Where a request fails.
enum class CsrStage {
  kRequest,  // it breaks a limit of the model, and is not read
  kCsr,      // it is read, and its signature is checked
  kIssue,    // the certificate is put together
  kNone,     // it does not
};

// One file, and its line in expectations.txt.
struct CsrCase {
  std::string file;  // its name, without the folder
  Bytes contents;
  CsrStage stage;
  v1::Reason reason;  // REASON_UNSPECIFIED when all is well
  std::string field;
};

// Every file. Adds a test failure when a file has no line or a line no file.
// Needs //testdata:csr as data.
std::vector<CsrCase> CsrCorpus();

}  // namespace pki

#endif  // PKI_TESTING_CSR_CORPUS_H_
