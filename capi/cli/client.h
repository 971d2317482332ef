// The engine as pkictl sees it: JSON in, JSON out, through the C ABI alone.
#ifndef PKI_CAPI_CLI_CLIENT_H_
#define PKI_CAPI_CLI_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/json.h"
#include "capi/cli/secret.h"
#include "capi/cli/settings.h"
#include "capi/pki_engine.h"

namespace pkictl {

// Told how far a long operation has come, in a unit of its own.
using Progress = std::function<void(uint64_t done, uint64_t total)>;

// An engine. Errors are statuses whose text is for a person: code, field,
// message and reason.
class Client {
 public:
  // `progress` may be null.
  static absl::StatusOr<Client> Open(const Settings& settings = {},
                                     Progress progress = nullptr);

  // `request` and the answer are in `encoding`, one of PKI_ENCODING_*.
  absl::StatusOr<std::string> Call(const std::string& operation,
                                   int32_t encoding, absl::string_view request);

  absl::StatusOr<Json> Call(const std::string& operation, const Json& request);

  // Valid as long as this is.
  pki_engine* get() const { return engine_.get(); }

 private:
  // What the engine asks of its host.
  struct Host {
    Progress progress;
    // Null once it is open.
    const Secret* key;
  };
  struct Closer {
    void operator()(pki_engine* engine) const { pki_engine_close(engine); }
  };

  Client(pki_engine* engine, std::unique_ptr<Host> host)
      : host_(std::move(host)), engine_(engine) {}

  // The engine has its address.
  std::unique_ptr<Host> host_;
  std::unique_ptr<pki_engine, Closer> engine_;
};

// The AWS CLI's words ("when opening an engine"), and a line of ours. Takes
// over `error`.
absl::Status StatusOf(absl::string_view when, pki_error* error);

// The bytes of a member of an answer. An error when it has none.
absl::StatusOr<std::string> BlobIn(const Json& answer, const char* member);

// The name of the reason ("REASON_...") in an error of Client; else "".
std::string ReasonOf(const absl::Status& status);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_CLIENT_H_
