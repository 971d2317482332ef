// `pkictl store`: looking after the file of a store.
#ifndef PKI_CAPI_CLI_STORE_H_
#define PKI_CAPI_CLI_STORE_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddStore(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_STORE_H_
