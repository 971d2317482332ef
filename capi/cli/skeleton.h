// What --generate-cli-skeleton prints.
#ifndef PKI_CAPI_CLI_SKELETON_H_
#define PKI_CAPI_CLI_SKELETON_H_

#include "capi/cli/json.h"
#include "capi/cli/shape.h"

namespace pkictl {

// Every member once, to be filled in and given to --cli-input-json. Secrets are
// left out.
Json InputSkeleton(const OperationShape& shape);

// An answer with every member; strings have their members' names.
Json OutputSkeleton(const OperationShape& shape);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SKELETON_H_
