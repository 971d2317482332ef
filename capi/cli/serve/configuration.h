// The file that `pkictl serve --config` reads: one JSON object.
//
//   {"engine": {"accountId": "111122223333", "threads": 4},
//    "accessKeys": [{"id": "AKIDEXAMPLE", "secretFile": "example.secret",
//                    "account": "111122223333",
//                    "principal": "arn:aws:iam::111122223333:user/example",
//                    "organization": "o-a1b2c3d4z5"}],
//    "limits": {"bodyBytes": 1000000}}
//
// Every member may be absent, but for the id of a key. "engine" is as in
// capi/cli/configuration.h, "limits" has the names of HttpLimits in camel case.
#ifndef PKI_CAPI_CLI_SERVE_CONFIGURATION_H_
#define PKI_CAPI_CLI_SERVE_CONFIGURATION_H_

#include <string>

#include "absl/status/statusor.h"
#include "capi/cli/json.h"
#include "capi/cli/serve/callers.h"
#include "capi/cli/serve/server.h"

namespace pkictl {

struct ServeConfiguration {
  Json engine = Json::object();
  Callers::Table access_keys;
  HttpLimits limits;
};

// Files that it names are found from its own folder. Errors are for a person.
absl::StatusOr<ServeConfiguration> ReadServeConfiguration(
    const std::string& path);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_CONFIGURATION_H_
