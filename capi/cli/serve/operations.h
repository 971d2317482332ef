// The operations, as the service's clients call them (AWS JSON 1.1): POST /
// with the name in X-Amz-Target.
#ifndef PKI_CAPI_CLI_SERVE_OPERATIONS_H_
#define PKI_CAPI_CLI_SERVE_OPERATIONS_H_

#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

HttpAnswer AnswerOperation(const Engine& engine, const Caller& caller,
                           const HttpRequest& request);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_OPERATIONS_H_
