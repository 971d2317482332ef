// Signed requests: AWS Signature Version 4, in the header Authorization
// (IAM User Guide: "Create a signed AWS API request").
#ifndef PKI_CAPI_CLI_SERVE_SIGNATURE_H_
#define PKI_CAPI_CLI_SERVE_SIGNATURE_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "capi/cli/secret.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

// What Authorization says. Nothing of it is verified.
struct Authorization {
  std::string access_key;
  std::string date;  // as 20261121
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;
  std::string signature;
};

std::variant<Authorization, Refusal> ReadAuthorization(
    const HttpRequest& request);

// Why the request is not one that was signed with `secret` for `service`
// within 15 minutes of `now`; nothing when it is.
std::optional<Refusal> CheckSignature(const HttpRequest& request,
                                      const Authorization& authorization,
                                      const std::string& service,
                                      const Secret& secret, absl::Time now);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_SIGNATURE_H_
