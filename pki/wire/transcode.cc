// Test-only: the JSON codec for tests in other languages. Each line of its
// input is answered with one; texts and bytes are in hexadecimal.
//
//   read MESSAGE JSON       "ok BYTES" of the message, which obeys every limit
//   write MESSAGE BYTES     "ok JSON"
//   error REASON            "STATUS JSON" of a refusal
//
// What is refused is answered as an error is.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "pki/base/status.h"
#include "pki/wire/json.h"
#include "pki/wire/validator.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

std::string ErrorLine(const absl::Status& status) {
  const v1::ErrorCode code = DetailOf(status).code();
  return absl::StrCat(InfoOf(code).http_status(), " ",
                      absl::BytesToHexString(WriteErrorJson(status)));
}

std::string OkLine(absl::string_view bytes) {
  return absl::StrCat("ok ", absl::BytesToHexString(bytes));
}

absl::Status Read(const std::string& json, Message* message) {
  static auto* const validators = new std::map<const Descriptor*, Validator>;
  const Descriptor* type = message->GetDescriptor();
  if (validators->count(type) == 0) {
    PKI_ASSIGN_OR_RETURN(Validator validator, Validator::Create({type}));
    validators->emplace(type, std::move(validator));
  }
  PKI_RETURN_IF_ERROR(ReadJson(json, message));
  return validators->at(type).Check(*message);
}

std::string Answer(const std::vector<std::string>& words) {
  if (words[0] == "error") {
    v1::Reason reason = v1::REASON_UNSPECIFIED;
    v1::Reason_Parse(words[1], &reason);
    return ErrorLine(Refuse(reason, "Request.Field", "a sentence"));
  }
  const Descriptor* type =
      v1::IssueCertificateRequest::descriptor()
          ->file()
          ->pool()
          ->FindMessageTypeByName(absl::StrCat("pki.v1.", words[1]));
  const std::unique_ptr<Message> message(
      MessageFactory::generated_factory()->GetPrototype(type)->New());
  const std::string input = absl::HexStringToBytes(words[2]);
  if (words[0] == "write") {
    message->ParseFromString(input);
    return OkLine(WriteJson(*message));
  }
  const absl::Status status = Read(input, message.get());
  return status.ok() ? OkLine(message->SerializeAsString()) : ErrorLine(status);
}

}  // namespace
}  // namespace pki

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    std::cout << pki::Answer(words) << std::endl;
  }
  return 0;
}
