// The file that --config names: one JSON object.
//
//   {"engine": {"accountId": "111122223333", "threads": 4}}
//
// "engine" is an EngineConfiguration (proto/config.proto) for the store that
// --store names. "accessKeys" and "limits" are for `pkictl serve`
// (capi/cli/serve/configuration.h). Every member may be absent.
#ifndef PKI_CAPI_CLI_CONFIGURATION_H_
#define PKI_CAPI_CLI_CONFIGURATION_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/json.h"

namespace pkictl {

// What takes the value of each member that an object may have.
using Members =
    std::map<std::string, std::function<absl::Status(const Json& value)>>;

// `where` is what an error says is wrong. A member that is not known is one.
absl::Status ReadObject(const Json& object, const std::string& where,
                        const Members& members);

// The engine's configuration. `serve` takes the other two members; without it
// they are not looked at. Errors are for a person.
absl::StatusOr<Json> ReadConfiguration(const std::string& path,
                                       Members serve = {});

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_CONFIGURATION_H_
