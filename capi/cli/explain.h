// `pkictl explain`: what would be in a certificate, and where it comes from.
#ifndef PKI_CAPI_CLI_EXPLAIN_H_
#define PKI_CAPI_CLI_EXPLAIN_H_

#include <string>

#include "absl/status/status.h"

namespace pkictl {

struct ExplainOptions {
  // A file with an IssueCertificate request in JSON; empty for none.
  std::string request;
  // What goes into the request in place of what it says; empty to leave it.
  std::string csr;            // a file, PEM or DER
  std::string template_name;  // "EndEntityCertificate/V1", or a whole ARN
  bool json = false;          // the response itself, not a table
};

// Explains the request on an engine in memory, under a root CA that it makes
// for the purpose. What the request leaves out has a default: that CA, its
// signing algorithm, a year.
absl::Status RunExplain(const ExplainOptions& options);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_EXPLAIN_H_
