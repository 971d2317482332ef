// Calls through the C ABI.
#include "capi/cli/serve/engine.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace pkictl {
namespace {

int32_t CopyKey(void* context, uint8_t* out) {
  const auto* const key = static_cast<const Secret*>(context);
  std::copy(key->begin(), key->end(), out);
  return 0;
}

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

int Reply::status() const {
  if (ok()) return 200;
  return code < PKI_STORAGE_FAILURE ? 400 : 500;
}

absl::StatusOr<Engine> Engine::Open(nlohmann::json configuration,
                                    const SealingKey& key) {
  pki_host host = {};
  host.size = sizeof(host);
  Secret bytes = key.key;
  if (!bytes.empty()) {
    host.context = &bytes;
    host.key_encryption_key = CopyKey;
  }
  if (!key.passphrase.empty()) {
    configuration["passphrase"] = absl::Base64Escape(View(key.passphrase));
  }
  const std::string json = configuration.dump();
  pki_engine* engine = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_open(PKI_ENCODING_JSON, json.data(), json.size(), &host,
                      &engine, &error) == PKI_OK) {
    return Engine(engine);
  }
  absl::Status status = absl::UnknownError(
      absl::StrCat("cannot open an engine: ", pki_error_json(error)));
  pki_error_free(error);
  return status;
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
  reply.code = pki_engine_call_as(engine_.get(), &as, operation.c_str(),
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
