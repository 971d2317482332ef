// Calls through the C ABI, and its errors as text.
#include "capi/cli/client.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace pkictl {
namespace {

constexpr char kReason[] = "pkictl/reason";

}  // namespace

absl::Status StatusOf(absl::string_view when, pki_error* error) {
  const std::string field = pki_error_field(error);
  absl::Status status = absl::UnknownError(absl::StrCat(
      "An error occurred (", pki_error_name(pki_error_code(error)), ") when ",
      when, ": ", pki_error_message(error), "\n", pki_error_reason_name(error),
      field.empty() ? "" : " at ", field));
  status.SetPayload(kReason, absl::Cord(pki_error_reason_name(error)));
  pki_error_free(error);
  return status;
}

absl::StatusOr<Client> Client::Open(const Settings& settings,
                                    Progress progress) {
  auto kept =
      std::make_unique<Host>(Host{std::move(progress), &settings.key.key});
  pki_host host = {};
  host.size = sizeof(host);
  host.context = kept.get();
  if (kept->progress != nullptr) {
    host.progress = [](void* context, uint64_t done, uint64_t total) {
      static_cast<Host*>(context)->progress(done, total);
      return 0;
    };
  }
  if (!kept->key->empty()) {
    host.key_encryption_key = [](void* context, uint8_t* out) {
      const Secret& key = *static_cast<Host*>(context)->key;
      std::copy(key.begin(), key.end(), out);
      return 0;
    };
  }
  const Secret configuration = EncodeSettings(settings);
  pki_engine* engine = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_open(PKI_ENCODING_JSON, configuration.data(),
                      configuration.size(), &host, &engine, &error) != PKI_OK) {
    return StatusOf(absl::StrCat("opening ", settings.store_file.empty()
                                                 ? "an engine"
                                                 : settings.store_file),
                    error);
  }
  kept->key = nullptr;
  return Client(engine, std::move(kept));
}

absl::StatusOr<std::string> Client::Call(const std::string& operation,
                                         int32_t encoding,
                                         absl::string_view request) {
  pki_buffer* response = nullptr;
  pki_error* error = nullptr;
  if (pki_engine_call(engine_.get(), operation.c_str(), encoding,
                      request.data(), request.size(), &response,
                      &error) != PKI_OK) {
    return StatusOf(absl::StrCat("calling the ", operation, " operation"),
                    error);
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

absl::StatusOr<std::string> BlobIn(const Json& answer, const char* member) {
  const auto found = answer.find(member);
  std::string bytes;
  if (found == answer.end() || !found->is_string() ||
      !absl::Base64Unescape(found->get_ref<const std::string&>(), &bytes)) {
    return absl::InternalError(absl::StrCat("the answer has no ", member));
  }
  return bytes;
}

std::string ReasonOf(const absl::Status& status) {
  return std::string(status.GetPayload(kReason).value_or(absl::Cord()));
}

}  // namespace pkictl
