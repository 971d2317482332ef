// JSON as all of pkictl holds it.
#ifndef PKI_CAPI_CLI_JSON_H_
#define PKI_CAPI_CLI_JSON_H_

#include "nlohmann/json.hpp"

namespace pkictl {

// Keeps members in the order in which they were written.
using Json = nlohmann::ordered_json;

// Whether all strings in it are in UTF-8, as JSON wants them. Without it dump()
// throws.
inline bool IsUtf8(const Json& value) {
  return Json::parse(value.dump(-1, ' ', false,
                                Json::error_handler_t::replace)) == value;
}

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_JSON_H_
