// Every operation of the engine as a subcommand, in the spelling and with the
// arguments that the AWS CLI gives it. They are made of what the engine says of
// itself.
#ifndef PKI_CAPI_CLI_OPERATION_H_
#define PKI_CAPI_CLI_OPERATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "capi/cli/command.h"

namespace pkictl {

// Adds the one operation that the first of the command line's `words` names
// ("issue-certificate", or "wait certificate-issued"). Where they name none the
// help is wanted, and the names of all are added.
absl::Status AddOperations(CLI::App& parent,
                           const std::vector<std::string>& words,
                           Commands* commands);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_OPERATION_H_
