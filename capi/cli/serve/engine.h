// The engine as a service: calls in the name of whoever asks, answers and
// errors as the service's clients expect them.
#ifndef PKI_CAPI_CLI_SERVE_ENGINE_H_
#define PKI_CAPI_CLI_SERVE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/secret.h"
#include "capi/pki_engine.h"
#include "nlohmann/json.hpp"

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
  // `configuration` is an EngineConfiguration (proto/config.proto) in JSON,
  // without a key. An error's text is for a person.
  static absl::StatusOr<Engine> Open(const nlohmann::json& configuration,
                                     SealingKey key);

  Reply Call(const Caller& caller, const std::string& operation,
             absl::string_view request) const;

 private:
  struct Closer {
    void operator()(pki_engine* engine) const { pki_engine_close(engine); }
  };

  Engine(std::unique_ptr<Secret> key, pki_engine* engine)
      : key_(std::move(key)), engine_(engine) {}

  // The engine has its address.
  std::unique_ptr<Secret> key_;
  std::unique_ptr<pki_engine, Closer> engine_;
};

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_ENGINE_H_
