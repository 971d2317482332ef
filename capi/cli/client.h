// The engine as pkictl sees it: JSON in, JSON out, through the C ABI alone.
#ifndef PKI_CAPI_CLI_CLIENT_H_
#define PKI_CAPI_CLI_CLIENT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "capi/pki_engine.h"
#include "nlohmann/json.hpp"

namespace pkictl {

// Keeps members in the order in which they were written.
using Json = nlohmann::ordered_json;

// An engine in memory. Errors are statuses whose text is for a person: code,
// field, message and reason.
class Client {
 public:
  static absl::StatusOr<Client> Open();

  // `request` and the answer are in `encoding`, one of PKI_ENCODING_*.
  absl::StatusOr<std::string> Call(const std::string& operation,
                                   int32_t encoding,
                                   const std::string& request);

  absl::StatusOr<Json> Call(const std::string& operation, const Json& request);

 private:
  struct Closer {
    void operator()(pki_engine* engine) const { pki_engine_close(engine); }
  };

  explicit Client(pki_engine* engine) : engine_(engine) {}

  std::unique_ptr<pki_engine, Closer> engine_;
};

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_CLIENT_H_
