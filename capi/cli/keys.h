// `pkictl keys`: what the CAs' keys in a store are sealed under.
#ifndef PKI_CAPI_CLI_KEYS_H_
#define PKI_CAPI_CLI_KEYS_H_

#include "capi/cli/command.h"

namespace pkictl {

void AddKeys(CLI::App& parent, Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_KEYS_H_
