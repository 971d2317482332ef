// Making, reading and freeing the error object of the C ABI.
#include "capi/error.h"

#include <string>
#include <utility>

#include "pki/base/status.h"
#include "pki/wire/json.h"

namespace pki {
namespace {

// An error together with the text that it points to.
class OwnedError : public pki_error {
 public:
  OwnedError(v1::ErrorDetail detail, std::string body)
      : detail_(std::move(detail)), body_(std::move(body)) {
    code = detail_.code();
    reason = detail_.reason();
    reason_name = v1::Reason_Name(detail_.reason()).c_str();
    field = detail_.field().c_str();
    message = detail_.message().c_str();
    json = body_.c_str();
    owned = true;
  }

 private:
  const v1::ErrorDetail detail_;
  const std::string body_;
};

pki_error out_of_memory = {
    v1::INTERNAL_FAILURE,
    v1::REASON_OUT_OF_MEMORY,
    "REASON_OUT_OF_MEMORY",
    "",
    "There is no memory for this call.",
    "{\"__type\":\"InternalFailure\","
    "\"message\":\"There is no memory for this call.\"}",
    /*owned=*/false,
};

pki_error unexpected = {
    v1::INTERNAL_FAILURE,
    v1::REASON_INTERNAL,
    "REASON_INTERNAL",
    "",
    "An exception was thrown.",
    "{\"__type\":\"InternalFailure\",\"message\":\"An exception was thrown.\"}",
    /*owned=*/false,
};

}  // namespace

pki_error* NewError(const absl::Status& status) {
  return new OwnedError(DetailOf(status), WriteErrorJson(status));
}

pki_error* OutOfMemoryError() { return &out_of_memory; }
pki_error* UnexpectedError() { return &unexpected; }

}  // namespace pki

int32_t pki_error_code(const pki_error* error) {
  return error == nullptr ? PKI_OK : error->code;
}

int32_t pki_error_reason(const pki_error* error) {
  return error == nullptr ? 0 : error->reason;
}

const char* pki_error_reason_name(const pki_error* error) {
  return error == nullptr ? "" : error->reason_name;
}

const char* pki_error_field(const pki_error* error) {
  return error == nullptr ? "" : error->field;
}

const char* pki_error_message(const pki_error* error) {
  return error == nullptr ? "" : error->message;
}

const char* pki_error_json(const pki_error* error) {
  return error == nullptr ? "" : error->json;
}

void pki_error_free(pki_error* error) {
  if (error == nullptr || !error->owned) return;
  delete static_cast<pki::OwnedError*>(error);
}

// The table's own first row is no error, and stands for numbers beyond it.
const char* pki_error_name(int32_t code) {
  return pki::InfoOf(static_cast<pki::v1::ErrorCode>(code)).name().c_str();
}

int32_t pki_error_http_status(int32_t code) {
  return pki::InfoOf(static_cast<pki::v1::ErrorCode>(code)).http_status();
}
