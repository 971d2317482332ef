// `pkictl ocsp`: OCSP by hand.
#ifndef PKI_CAPI_CLI_OCSP_H_
#define PKI_CAPI_CLI_OCSP_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddOcsp(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_OCSP_H_
