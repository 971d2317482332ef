// Calls through the C ABI.
#include "capi/cli/serve/engine.h"

namespace pkictl {
namespace {

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

int Reply::status() const { return ok() ? 200 : pki_error_http_status(code); }

absl::StatusOr<Engine> Engine::Open(const Settings& settings) {
  auto client = Client::Open(settings);
  if (!client.ok()) return client.status();
  return Engine(*std::move(client));
}

Reply Engine::Call(const Caller& caller, const std::string& operation,
                   absl::string_view request) const {
  pki_caller as = {};
  as.size = sizeof(as);
  as.account = OrNull(caller.account);
  as.principal = OrNull(caller.principal);
  as.organization = OrNull(caller.organization);
  pki_buffer* response = nullptr;
  pki_error* error = nullptr;
  Reply reply;
  reply.code = pki_engine_call_as(client_.get(), &as, operation.c_str(),
                                  PKI_ENCODING_JSON, request.data(),
                                  request.size(), &response, &error);
  if (reply.ok()) {
    reply.json.assign(reinterpret_cast<const char*>(pki_buffer_data(response)),
                      pki_buffer_size(response));
  } else {
    reply.json = pki_error_json(error);
  }
  pki_buffer_free(response);
  pki_error_free(error);
  return reply;
}

}  // namespace pkictl
