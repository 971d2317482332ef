// OCSP over HTTP (RFC 6960 appendix A, RFC 5019): POST of a request, and GET of
// one in base64 behind the path, which is /ocsp or, as in a URI that is a host
// alone, none. Anybody may ask, and answers say how long caches may keep them.
#ifndef PKI_CAPI_CLI_SERVE_OCSP_H_
#define PKI_CAPI_CLI_SERVE_OCSP_H_

#include <optional>

#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

inline constexpr char kOcspPath[] = "/ocsp";

// Whether the body is an OCSP request by its Content-Type.
bool IsOcspPost(const HttpRequest& request);

HttpAnswer AnswerOcspPost(const Engine& engine, const HttpRequest& request);

// GET and HEAD. None for a path that ends with no OCSP request.
std::optional<HttpAnswer> AnswerOcspGet(const Engine& engine,
                                        const HttpRequest& request);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_OCSP_H_
