// Calls through the C ABI.
#include "capi/cli/serve/engine.h"

#include <strings.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "capi/cli/client.h"

namespace pkictl {
namespace {

int32_t CopyKey(void* context, uint8_t* out) {
  const auto* const key = static_cast<const Secret*>(context);
  std::copy(key->begin(), key->end(), out);
  return 0;
}

// Leaves no copy of the passphrase. The engine's parser leaves one: the price
// of a configuration that has members unknown here.
Secret WithPassphrase(const nlohmann::json& configuration,
                      const Secret& passphrase) {
  const std::string json = configuration.dump();
  Secret text(json.begin(), json.end());
  if (passphrase.empty()) return text;
  std::string encoded = absl::Base64Escape(View(passphrase));
  text.pop_back();
  for (const absl::string_view part :
       {absl::string_view(configuration.empty() ? "" : ","),
        absl::string_view("\"passphrase\":\""), absl::string_view(encoded),
        absl::string_view("\"}")}) {
    text.insert(text.end(), part.begin(), part.end());
  }
  explicit_bzero(&encoded[0], encoded.size());
  return text;
}

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

int Reply::status() const { return ok() ? 200 : pki_error_http_status(code); }

absl::StatusOr<Engine> Engine::Open(const nlohmann::json& configuration,
                                    SealingKey key) {
  auto kept = std::make_unique<Secret>(std::move(key.key));
  pki_host host = {};
  host.size = sizeof(host);
  if (!kept->empty()) {
    host.context = kept.get();
    host.key_encryption_key = CopyKey;
  }
  const Secret json = WithPassphrase(configuration, key.passphrase);
  pki_engine* engine = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_open(PKI_ENCODING_JSON, json.data(), json.size(), &host,
                      &engine, &error) == PKI_OK) {
    return Engine(std::move(kept), engine);
  }
  return StatusOf("opening the engine", error);
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
