// HTTP/1.1 for a handler, with a bound on everything that a client can take:
// bytes, time and connections.
#ifndef PKI_CAPI_CLI_SERVE_SERVER_H_
#define PKI_CAPI_CLI_SERVE_SERVER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

// What a client, and all of them together, can take. Beyond what they have
// together, a client is told to come again (503).
struct HttpLimits {
  // Of the request line and all headers together.
  uint32_t header_bytes = 16 << 10;
  uint32_t body_bytes = 4 << 20;
  // Of all requests that are there at the same time, those with small bodies
  // apart. Handling a body takes some four times its size; one of many small
  // objects more, up to some 14 times (see kMaxJsonItems in pki/wire/json.h).
  uint32_t all_body_bytes = 32 << 20;
  uint32_t connections = 128;
  // How long a request may take to come, from its first byte to its last, and
  // each part of its answer to go.
  uint32_t request_milliseconds = 30'000;
  // How long a connection may wait for its next request.
  uint32_t idle_milliseconds = 75'000;
};

struct HttpOptions {
  // An IP address and a port; port 0 picks one.
  std::string listen;
  HttpLimits limits;
  // Told the address, "http://127.0.0.1:12345", once clients can connect.
  std::function<void(const std::string& url)> ready;
  // What is to be done from time to time: called at the start, and again at
  // the time that it returned, which is not infinite. May be null.
  std::function<absl::StatusOr<absl::Time>()> turn;
  // Told why a turn returned none; then it is called again in a minute.
  std::function<void(const absl::Status& why)> turn_failed;
  // Takes a line for each answer; may be null.
  std::function<void(absl::string_view line)> log;
};

// Whether only this machine reaches what listens there. An error when that is
// no address.
absl::StatusOr<bool> IsLoopback(const std::string& listen);

// Serves until SIGTERM or SIGINT. Then requests that have begun are answered,
// as far as they come and their answers go within request_milliseconds, and it
// returns; calls of `handler` and a turn that have begun are waited for as long
// as they take. A second signal ends the process. An error when it cannot
// listen. One thread does all that is HTTP, others call `handler`.
absl::Status ServeHttp(const HttpOptions& options, const HttpHandler& handler);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_SERVER_H_
