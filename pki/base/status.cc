// The payload of a refusal, and the look-ups into the tables of error.proto.
#include "pki/base/status.h"

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace pki {
namespace {

constexpr absl::string_view kPayloadType =
    "type.googleapis.com/pki.v1.ErrorDetail";
constexpr size_t kMaxQuoted = 128;

template <typename Enum>
const google::protobuf::EnumValueOptions& OptionsOf(
    const google::protobuf::EnumDescriptor* type, Enum value) {
  const auto* found = type->FindValueByNumber(value);
  if (found == nullptr) found = type->value(0);
  return found->options();
}

// The coarse code inside: host failures are internal, all else the request's.
absl::StatusCode Coarse(v1::ErrorCode code) {
  return code >= v1::STORAGE_FAILURE ? absl::StatusCode::kInternal
                                     : absl::StatusCode::kInvalidArgument;
}

absl::Status Pack(const v1::ErrorDetail& detail) {
  absl::Status status(Coarse(detail.code()),
                      absl::StrCat(InfoOf(detail.code()).name(), ": ",
                                   v1::Reason_Name(detail.reason()),
                                   detail.field().empty() ? "" : " at ",
                                   detail.field(), ": ", detail.message()));
  status.SetPayload(kPayloadType, absl::Cord(detail.SerializeAsString()));
  return status;
}

}  // namespace

absl::Status Refuse(v1::Reason reason, absl::string_view field,
                    absl::string_view message) {
  v1::ErrorDetail detail;
  detail.set_code(RuleOf(reason).code());
  detail.set_reason(reason);
  detail.set_field(std::string(field));
  detail.set_message(std::string(message));
  return Pack(detail);
}

v1::ErrorDetail DetailOf(const absl::Status& status) {
  v1::ErrorDetail detail;
  if (status.ok()) return detail;
  const auto payload = status.GetPayload(kPayloadType);
  if (payload.has_value() && detail.ParseFromString(std::string(*payload))) {
    return detail;
  }
  detail.set_code(v1::INTERNAL_FAILURE);
  detail.set_reason(v1::REASON_INTERNAL);
  detail.set_message(std::string(status.message()));
  return detail;
}

v1::Reason ReasonOf(const absl::Status& status) {
  return DetailOf(status).reason();
}

const v1::Rule& RuleOf(v1::Reason reason) {
  return OptionsOf(v1::Reason_descriptor(), reason).GetExtension(v1::rule);
}

const v1::CodeInfo& InfoOf(v1::ErrorCode code) {
  return OptionsOf(v1::ErrorCode_descriptor(), code)
      .GetExtension(v1::code_info);
}

std::string Quote(absl::string_view value) {
  const bool cut = value.size() > kMaxQuoted;
  return absl::StrCat("'", absl::CHexEscape(value.substr(0, kMaxQuoted)),
                      cut ? "..." : "", "'");
}

absl::Status Under(absl::string_view root, const absl::Status& status) {
  if (status.ok()) return status;
  v1::ErrorDetail detail = DetailOf(status);
  const bool index = !detail.field().empty() && detail.field()[0] == '[';
  detail.set_field(absl::StrCat(
      root, detail.field().empty() || index ? "" : ".", detail.field()));
  return Pack(detail);
}

}  // namespace pki
