// Who answers which request.
#ifndef PKI_CAPI_CLI_SERVE_ROUTES_H_
#define PKI_CAPI_CLI_SERVE_ROUTES_H_

#include "capi/cli/serve/callers.h"
#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

// What answers are made of. Both outlive the answers.
struct Service {
  const Engine& engine;
  const Callers& callers;
};

HttpAnswer Answer(const Service& service, const HttpRequest& request);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_ROUTES_H_
