// Calls in protobuf, and errors as statuses.
#include "capi/durability/abi_client.h"

#include "pki/base/bytes.h"

namespace pki {
namespace {

// Takes over `error`.
absl::Status StatusOf(pki_error* error) {
  absl::Status status =
      Refuse(static_cast<v1::Reason>(pki_error_reason(error)),
             pki_error_field(error), pki_error_message(error));
  pki_error_free(error);
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AbiClient>> AbiClient::Open(
    const v1::EngineConfiguration& configuration, const pki_host* host) {
  const Bytes bytes = configuration.SerializeAsString();
  pki_engine* engine = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_open(PKI_ENCODING_PROTOBUF, bytes.data(), bytes.size(), host,
                      &engine, &error) != PKI_OK) {
    return StatusOf(error);
  }
  return std::unique_ptr<AbiClient>(new AbiClient(engine));
}

std::set<std::string> AbiClient::Operations() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return operations_;
}

absl::Status AbiClient::Call(absl::string_view operation,
                             const google::protobuf::Message& request,
                             google::protobuf::Message* response) {
  const std::string name(operation);
  const Bytes bytes = request.SerializeAsString();
  pki_buffer* buffer = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_call(engine_, name.c_str(), PKI_ENCODING_PROTOBUF,
                      bytes.data(), bytes.size(), &buffer, &error) != PKI_OK) {
    return StatusOf(error);
  }
  const bool parsed = response->ParseFromArray(
      pki_buffer_data(buffer), static_cast<int>(pki_buffer_size(buffer)));
  pki_buffer_free(buffer);
  if (!parsed) {
    return Refuse(v1::REASON_INTERNAL, "", "The response cannot be decoded.");
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  operations_.insert(name);
  return absl::OkStatus();
}

}  // namespace pki
