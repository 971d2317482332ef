// CRLs where certificates say that they are: GET and HEAD of a distribution
// point's URI, for anybody, when the name of its host leads to this server.
#ifndef PKI_CAPI_CLI_SERVE_CRLS_H_
#define PKI_CAPI_CLI_SERVE_CRLS_H_

#include <optional>

#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

// None when no CA has a CRL for everybody there, by the host that the request
// names: then it is for something else. Takes the same time however many CAs
// there are.
std::optional<HttpAnswer> AnswerCrl(const Engine& engine,
                                    const HttpRequest& request);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_CRLS_H_
