// `pkictl serve`: the engine for clients that only speak HTTP.
#ifndef PKI_CAPI_CLI_SERVE_SERVE_H_
#define PKI_CAPI_CLI_SERVE_SERVE_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddServe(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_SERVE_H_
