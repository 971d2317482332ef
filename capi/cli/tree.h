// `pkictl tree`: the CAs of a store, each under the one that certified it.
#ifndef PKI_CAPI_CLI_TREE_H_
#define PKI_CAPI_CLI_TREE_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddTree(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_TREE_H_
