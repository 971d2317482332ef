// Who answers which request.
#ifndef PKI_CAPI_CLI_SERVE_ROUTES_H_
#define PKI_CAPI_CLI_SERVE_ROUTES_H_

#include "capi/cli/serve/callers.h"
#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

// What answers are made of. It outlives the answers.
struct Service {
  const Engine& engine;
  const Callers& callers;
  // Whether only those may call who name this host as IsLocalHost() has it. A
  // page in a browser has a name of its own, which its owner may lead here.
  bool is_local;
};

HttpAnswer Answer(const Service& service, const HttpRequest& request);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_ROUTES_H_
