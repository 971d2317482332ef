// Fuzzes the JSON codec: no text may crash it, and what was read must survive
// being written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pki/wire/json.h"
#include "proto/service.pb.h"

namespace {

template <typename Message>
void Try(absl::string_view text) {
  Message message;
  const absl::Status status = pki::ReadJson(text, &message);
  if (!status.ok()) {
    if (pki::WriteErrorJson(status).empty()) std::abort();
    return;
  }
  Message again;
  const std::string written = pki::WriteJson(message);
  if (!pki::ReadJson(written, &again).ok()) std::abort();
  if (message.SerializeAsString() != again.SerializeAsString()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  Try<pki::v1::CreateCertificateAuthorityRequest>(text);
  Try<pki::v1::DescribeCertificateAuthorityResponse>(text);
  Try<pki::v1::IssueCertificateRequest>(text);
  return 0;
}
