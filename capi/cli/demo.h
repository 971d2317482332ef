// `pkictl demo`: from nothing to a certificate that other software trusts.
#ifndef PKI_CAPI_CLI_DEMO_H_
#define PKI_CAPI_CLI_DEMO_H_

#include "capi/cli/command.h"

namespace pkictl {

// Creates a root CA and a subordinate CA in memory, issues a certificate for a
// CSR, writes everything into a folder, and tells on standard output what it
// does.
void AddDemo(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_DEMO_H_
