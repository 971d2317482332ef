// Paths are built from the last step back to the first, only on refusal.
#include "pki/wire/field.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pki/base/status.h"
#include "pki/base/wire_name.h"

namespace pki {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// The service's own spelling: "tags.1.member.key", counted from one.
std::string ServicePath(const FieldStep& step) {
  std::string name = step.field->json_name();
  name[0] = absl::ascii_tolower(name[0]);
  if (step.index >= 0) absl::StrAppend(&name, ".", step.index + 1, ".member");
  if (step.parent == nullptr) return name;
  return absl::StrCat(ServicePath(*step.parent), ".", name);
}

}  // namespace

std::string FieldPath(const FieldStep& step) {
  std::string name = step.field->json_name();
  if (step.index >= 0) absl::StrAppend(&name, "[", step.index, "]");
  if (step.parent == nullptr) return name;
  return absl::StrCat(FieldPath(*step.parent), ".", name);
}

bool IsListed(const EnumDescriptor& type, int number) {
  return number != 0 && type.FindValueByNumber(number) != nullptr;
}

const v1::Limits& LimitsOf(const FieldDescriptor& field) {
  const v1::Shape shape = field.options().GetExtension(v1::shape);
  return v1::Shape_descriptor()
      ->FindValueByNumber(shape)
      ->options()
      .GetExtension(v1::limits);
}

bool IsSecret(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::secret);
}

absl::Status RefuseValue(v1::Reason reason, const FieldStep& step,
                         absl::string_view value,
                         absl::string_view constraint) {
  return Refuse(
      reason, FieldPath(step),
      absl::StrCat("1 validation error detected: Value ",
                   IsSecret(*step.field) ? "'(secret)'" : value, " at '",
                   ServicePath(step),
                   "' failed to satisfy constraint: Member must ", constraint));
}

absl::Status RefuseBound(v1::Reason reason, const FieldStep& step,
                         absl::string_view value, absl::string_view have,
                         bool is_low, int64_t bound) {
  return RefuseValue(reason, step, value,
                     absl::StrCat(have, is_low ? " greater" : " less",
                                  " than or equal to ", bound));
}

absl::Status RefuseListLength(const FieldStep& step, int64_t size, bool is_low,
                              int64_t bound) {
  return RefuseBound(v1::REASON_LIST_LENGTH, step,
                     absl::StrCat("'[", size, " items]'"), "have length",
                     is_low, bound);
}

absl::Status RefuseEnumValue(const FieldStep& step, absl::string_view value) {
  const EnumDescriptor& type = *step.field->enum_type();
  std::vector<absl::string_view> names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) {
      names.emplace_back(WireName(*type.value(i)));
    }
  }
  return RefuseValue(v1::REASON_FIELD_ENUM, step, value,
                     absl::StrCat("satisfy enum value set: [",
                                  absl::StrJoin(names, ", "), "]"));
}

}  // namespace pki
