// JSON as all of pkictl holds it.
#ifndef PKI_CAPI_CLI_JSON_H_
#define PKI_CAPI_CLI_JSON_H_

#include "nlohmann/json.hpp"

namespace pkictl {

// Keeps members in the order in which they were written.
using Json = nlohmann::ordered_json;

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_JSON_H_
