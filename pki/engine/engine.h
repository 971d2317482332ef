// The engine: the service's operations over a store and a key store.
#ifndef PKI_ENGINE_ENGINE_H_
#define PKI_ENGINE_ENGINE_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "pki/access/principal.h"
#include "pki/engine/ports.h"
#include "proto/config.pb.h"

namespace pki {

// Safe on any thread, any number of calls at once. Nothing is asynchronous: a
// call returns when its effect is durable, or has changed nothing.
class Engine {
 public:
  // Errors: CONFIGURATION_ERROR, with the path of the field ("Configuration.
  // Region"). `configuration.key_encryption_key` is not read here: it belongs
  // to the key store.
  static absl::StatusOr<std::unique_ptr<Engine>> New(
      const v1::EngineConfiguration& configuration, Ports ports);

  virtual ~Engine() = default;

  // Runs one operation of proto/service.proto by name ("IssueCertificate") for
  // the engine's own account, that of the configuration. `request` and
  // `response` are of the operation's types. Errors: the operation's own;
  // ValidationException when a limit of the model is broken;
  // AccessDeniedException; UnknownOperationException.
  virtual absl::Status Call(absl::string_view operation,
                            const google::protobuf::Message& request,
                            google::protobuf::Message* response) = 0;

  // The same for somebody else. Without an account it is the engine's own;
  // without a principal the root of the account. Errors: those of CheckCaller()
  // too.
  virtual absl::Status CallAs(Caller caller, absl::string_view operation,
                              const google::protobuf::Message& request,
                              google::protobuf::Message* response) = 0;
};

// The request and response types of an operation, for decoders. None for an
// unknown name. Valid for the process's lifetime.
struct OperationTypes {
  const google::protobuf::Message* request;
  const google::protobuf::Message* response;
  // Whether requests are to be wiped after use (WipeSecrets()).
  bool has_secrets;
};
absl::StatusOr<OperationTypes> TypesOf(absl::string_view operation);

}  // namespace pki

#endif  // PKI_ENGINE_ENGINE_H_
