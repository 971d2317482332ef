// Who calls, by the access key that a request is signed with.
#ifndef PKI_CAPI_CLI_SERVE_CALLERS_H_
#define PKI_CAPI_CLI_SERVE_CALLERS_H_

#include <map>
#include <string>
#include <utility>
#include <variant>

#include "absl/time/time.h"
#include "capi/cli/secret.h"
#include "capi/cli/serve/engine.h"
#include "capi/cli/serve/http.h"

namespace pkictl {

struct AccessKey {
  Caller caller;
  // Empty when signatures are not verified.
  Secret secret;
};

// Never changes, so that any thread may ask it.
class Callers {
 public:
  // By id. Without any, whoever calls is the engine's own account.
  using Table = std::map<std::string, AccessKey>;

  explicit Callers(Table table) : table_(std::move(table)) {}

  // `service` is what the request must be signed for, where it must.
  std::variant<Caller, Refusal> CallerOf(const HttpRequest& request,
                                         const std::string& service,
                                         absl::Time now) const;

 private:
  const Table table_;
};

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_CALLERS_H_
