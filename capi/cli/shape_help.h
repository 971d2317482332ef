// What an operation's request may have, as text.
#ifndef PKI_CAPI_CLI_SHAPE_HELP_H_
#define PKI_CAPI_CLI_SHAPE_HELP_H_

#include <string>

#include "capi/cli/shape.h"

namespace pkictl {

// The options of an operation's members, those that are required first, each
// with its type, its limits, and what is inside it.
std::string ShapeHelp(const OperationShape& shape);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SHAPE_HELP_H_
