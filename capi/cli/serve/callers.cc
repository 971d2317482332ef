// From the access key to the caller.
#include "capi/cli/serve/callers.h"

#include <optional>

#include "capi/cli/serve/signature.h"

namespace pkictl {

std::variant<Caller, Refusal> Callers::CallerOf(const HttpRequest& request,
                                                const std::string& service,
                                                absl::Time now) const {
  if (table_.empty()) return Caller();
  auto read = ReadAuthorization(request);
  if (auto* const refusal = std::get_if<Refusal>(&read)) return *refusal;
  const Authorization& authorization = std::get<Authorization>(read);
  const auto found = table_.find(authorization.access_key);
  if (found == table_.end()) {
    return Refusal{403, "UnrecognizedClientException",
                   "The security token included in the request is invalid."};
  }
  const AccessKey& key = found->second;
  if (!key.secret.empty()) {
    std::optional<Refusal> refusal =
        CheckSignature(request, authorization, service, key.secret, now);
    if (refusal.has_value()) return *std::move(refusal);
  }
  return key.caller;
}

}  // namespace pkictl
