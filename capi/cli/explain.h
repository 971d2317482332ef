// `pkictl explain`: what would be in a certificate, and where it comes from.
#ifndef PKI_CAPI_CLI_EXPLAIN_H_
#define PKI_CAPI_CLI_EXPLAIN_H_

#include "capi/cli/command.h"

namespace pkictl {

// Explains a request on an engine in memory, under a root CA that it makes for
// the purpose. What the request leaves out has a default: that CA, its signing
// algorithm, a year.
void AddExplain(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_EXPLAIN_H_
