// An engine behind the C ABI, with messages in and statuses out.
#ifndef PKI_CAPI_DURABILITY_ABI_CLIENT_H_
#define PKI_CAPI_DURABILITY_ABI_CLIENT_H_

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/pki_engine.h"
#include "google/protobuf/message.h"
#include "pki/base/status.h"
#include "proto/config.pb.h"

namespace pki {

// Safe on any thread. A refusal has the reason, field and message that came
// across.
class AbiClient {
 public:
  // `host` may be null.
  static absl::StatusOr<std::unique_ptr<AbiClient>> Open(
      const v1::EngineConfiguration& configuration,
      const pki_host* host = nullptr);

  ~AbiClient() { pki_engine_close(engine_); }
  AbiClient(const AbiClient&) = delete;
  AbiClient& operator=(const AbiClient&) = delete;

  // The names of those operations that have succeeded at least once.
  std::set<std::string> Operations();

  absl::Status Call(absl::string_view operation,
                    const google::protobuf::Message& request,
                    google::protobuf::Message* response);

  // The operation that has this response.
  template <typename Response>
  absl::StatusOr<Response> Call(const google::protobuf::Message& request) {
    absl::string_view operation = Response::descriptor()->name();
    operation.remove_suffix(sizeof("Response") - 1);
    Response response;
    PKI_RETURN_IF_ERROR(Call(operation, request, &response));
    return response;
  }

 private:
  explicit AbiClient(pki_engine* engine) : engine_(engine) {}

  pki_engine* const engine_;
  std::mutex mutex_;  // guards operations_
  std::set<std::string> operations_;
};

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_ABI_CLIENT_H_
