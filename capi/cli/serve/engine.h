// The engine as a service: calls in the name of whoever asks, answers and
// errors as the service's clients expect them.
#ifndef PKI_CAPI_CLI_SERVE_ENGINE_H_
#define PKI_CAPI_CLI_SERVE_ENGINE_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/client.h"
#include "capi/cli/settings.h"
#include "capi/pki_engine.h"

namespace pkictl {

// Who calls; what is empty has the default of pki_caller.
struct Caller {
  std::string account;
  std::string principal;
  std::string organization;
};

// The response of an operation or, when it was refused, the error, as JSON.
struct Reply {
  int32_t code = 0;  // PKI_OK or another of PKI_*
  std::string json;

  bool ok() const { return code == PKI_OK; }
  // The name of the exception.
  std::string type() const { return pki_error_name(code); }
  // Of HTTP.
  int status() const;
};

// Safe on any thread.
class Engine {
 public:
  // An error's text is for a person.
  static absl::StatusOr<Engine> Open(const Settings& settings);

  Reply Call(const Caller& caller, const std::string& operation,
             absl::string_view request) const;

 private:
  explicit Engine(Client client) : client_(std::move(client)) {}

  Client client_;
};

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_ENGINE_H_
