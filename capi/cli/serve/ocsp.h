// OCSP over HTTP (RFC 6960 appendix A, RFC 5019): POST of a request, and GET of
// one in base64 behind the path. Anybody may ask.
#ifndef PKI_CAPI_CLI_SERVE_OCSP_H_
#define PKI_CAPI_CLI_SERVE_OCSP_H_

#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

inline constexpr char kOcspPostPath[] = "/ocsp";
inline constexpr char kOcspGetPath[] = "/ocsp/";

HttpAnswer AnswerOcspPost(const Engine& engine, const HttpRequest& request);

// HEAD too. The answer says how long caches may keep it.
HttpAnswer AnswerOcspGet(const Engine& engine, const HttpRequest& request);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_OCSP_H_
