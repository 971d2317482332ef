// An engine on the store that the command line names.
#ifndef PKI_CAPI_CLI_SESSION_H_
#define PKI_CAPI_CLI_SESSION_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/client.h"
#include "capi/cli/json.h"
#include "capi/cli/options.h"
#include "capi/cli/secret.h"
#include "capi/cli/settings.h"

namespace pkictl {

// Asks for a passphrase when an operation turns out to need a key and none was
// given, and only then.
class Session {
 public:
  // For calls of `operation`. A store that is not there is made when that makes
  // what is kept in one, which is said; it is not missed by one that looks into
  // none; for all others it is an error.
  static absl::StatusOr<Session> Open(const StoreOptions& options,
                                      absl::string_view operation);

  // As Client::Call().
  absl::StatusOr<std::string> Call(const std::string& operation,
                                   int32_t encoding, absl::string_view request);
  absl::StatusOr<Json> Call(const std::string& operation, const Json& request);

  // Asks now, unless a key was given or asked for.
  absl::Status Unlock();

 private:
  Session(Settings settings, Client client)
      : settings_(std::move(settings)), client_(std::move(client)) {}

  Settings settings_;
  Client client_;
};

// What the options name, or PKICTL_PASSPHRASE; else it is empty.
absl::StatusOr<SealingKey> GivenKey(const KeyOptions& options);

// What the options say, but for the key.
absl::StatusOr<Settings> SettingsOf(const StoreOptions& options);

// An error unless the name is that of a file; or of one that is there.
absl::Status CheckIsFile(const std::string& store);
absl::Status CheckExists(const std::string& store);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SESSION_H_
