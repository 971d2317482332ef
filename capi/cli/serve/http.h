// A request and its answer, as far as those who answer need to know HTTP.
#ifndef PKI_CAPI_CLI_SERVE_HTTP_H_
#define PKI_CAPI_CLI_SERVE_HTTP_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pkictl {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;
  // The path and what follows it, as it came.
  std::string target;
  // In their order, their names in lower case.
  std::vector<HttpHeader> headers;
  std::string body;

  // The value of the first header of this name (in lower case); else "".
  absl::string_view Header(absl::string_view name) const;
};

// The server adds Date, Content-Length and the id of the request.
struct HttpAnswer {
  int status = 200;
  std::vector<HttpHeader> headers;
  // The whole body, or its first part.
  std::string body;
  // Of the whole body, where `body` is not it: what HEAD asks for, or parts.
  std::optional<uint64_t> size;
  // Gives the next part, until there are `size` bytes. When it cannot, the
  // connection is cut. Null when there are no parts.
  std::function<absl::StatusOr<std::string>()> next;
  // For the log: what was asked for, by whom, and why it was refused.
  std::string note;
};

// May be called on several threads at once.
using HttpHandler = std::function<HttpAnswer(const HttpRequest&)>;

// Why a request is refused.
struct Refusal {
  int status;
  std::string type;  // the name of an exception
  std::string message;
};

// An answer in the service's form (AWS JSON 1.1). `type` is that of a refusal,
// or empty.
HttpAnswer AnswerJson(int status, const std::string& type, std::string json);
HttpAnswer AnswerJson(const Refusal& refusal);

// A time as in headers (RFC 9110 section 5.6.7).
std::string HttpDate(absl::Time time);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_HTTP_H_
