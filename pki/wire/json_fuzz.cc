// Fuzzes the JSON codec: no text may crash it, and what was read must survive
// being written and read again. A first line may name the message
// ("PutPolicyRequest").
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "pki/wire/json.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

void Try(const Descriptor* type, absl::string_view text) {
  const Message& prototype =
      *MessageFactory::generated_factory()->GetPrototype(type);
  const std::unique_ptr<Message> message(prototype.New());
  const absl::Status status = pki::ReadJson(text, message.get());
  if (!status.ok()) {
    if (pki::WriteErrorJson(status).empty()) std::abort();
    return;
  }
  const std::unique_ptr<Message> again(prototype.New());
  const std::string written = pki::WriteJson(*message);
  if (!pki::ReadJson(written, again.get()).ok()) std::abort();
  if (message->SerializeAsString() != again->SerializeAsString()) std::abort();
}

// A message of service.proto or engine_operations.proto; null for another name.
const Descriptor* FindType(absl::string_view name) {
  const std::string in_package = absl::StrCat("pki.v1.", name);
  for (const Descriptor* one :
       {pki::v1::IssueCertificateRequest::descriptor(),
        pki::v1::IssueCertificatesRequest::descriptor()}) {
    const Descriptor* type =
        one->file()->pool()->FindMessageTypeByName(in_package);
    if (type != nullptr && type->file() == one->file()) return type;
  }
  return nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t line = text.find('\n');
  if (line != absl::string_view::npos) {
    const Descriptor* type = FindType(text.substr(0, line));
    if (type != nullptr) {
      Try(type, text.substr(line + 1));
      return 0;
    }
  }
  Try(pki::v1::CreateCertificateAuthorityRequest::descriptor(), text);
  Try(pki::v1::DescribeCertificateAuthorityResponse::descriptor(), text);
  Try(pki::v1::IssueCertificateRequest::descriptor(), text);
  return 0;
}
