// Calls through the C ABI, and its errors as text.
#include "capi/cli/client.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pkictl {
namespace {

// Takes over `error`.
absl::Status StatusOf(const std::string& what, pki_error* error) {
  const std::string field = pki_error_field(error);
  absl::Status status = absl::UnknownError(absl::StrCat(
      what, ": ", pki_error_name(pki_error_code(error)),
      field.empty() ? "" : " at ", field, ": ", pki_error_message(error), " [",
      pki_error_reason_name(error), "]"));
  pki_error_free(error);
  return status;
}

}  // namespace

absl::StatusOr<Client> Client::Open() {
  pki_engine* engine = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_open(PKI_ENCODING_JSON, nullptr, 0, nullptr, &engine,
                      &error) != PKI_OK) {
    return StatusOf("cannot open an engine", error);
  }
  return Client(engine);
}

absl::StatusOr<std::string> Client::Call(const std::string& operation,
                                         int32_t encoding,
                                         const std::string& request) {
  pki_buffer* response = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_call(engine_.get(), operation.c_str(), encoding,
                      request.data(), request.size(), &response,
                      &error) != PKI_OK) {
    return StatusOf(operation, error);
  }
  std::string bytes(reinterpret_cast<const char*>(pki_buffer_data(response)),
                    pki_buffer_size(response));
  pki_buffer_free(response);
  return bytes;
}

absl::StatusOr<Json> Client::Call(const std::string& operation,
                                  const Json& request) {
  const auto response = Call(operation, PKI_ENCODING_JSON, request.dump());
  if (!response.ok()) return response.status();
  return Json::parse(*response);
}

}  // namespace pkictl
