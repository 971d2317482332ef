// `pkictl call`: one operation, as it is.
#ifndef PKI_CAPI_CLI_CALL_H_
#define PKI_CAPI_CLI_CALL_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddCall(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_CALL_H_
