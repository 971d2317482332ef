// `pkictl version`.
#ifndef PKI_CAPI_CLI_VERSION_H_
#define PKI_CAPI_CLI_VERSION_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddVersion(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_VERSION_H_
