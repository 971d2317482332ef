// The parts of a request's target (RFC 3986, RFC 9112 section 3.2).
#ifndef PKI_CAPI_CLI_SERVE_URL_H_
#define PKI_CAPI_CLI_SERVE_URL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pkictl {

// Valid as long as what they were split from.
struct Target {
  absl::string_view path;   // without a scheme and host, which proxies get
  absl::string_view query;  // without "?"
};

Target SplitTarget(absl::string_view target);

// A "%" that two hexadecimal digits do not follow stays.
std::string PercentDecode(absl::string_view text);

// All but letters, digits, "-._~" and what `kept` has.
std::string PercentEncode(absl::string_view text, absl::string_view kept = "");

// Whether a browser that has this Host, with a port or without, was not led
// here by somebody's DNS: an IP address, localhost or a name under it (RFC 6761
// section 6.3).
bool IsLocalHost(absl::string_view host);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_URL_H_
