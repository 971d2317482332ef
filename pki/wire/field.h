// What the JSON codec and the validator share: where a value stands in a
// message, and how a refusal of it is worded.
#ifndef PKI_WIRE_FIELD_H_
#define PKI_WIRE_FIELD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "proto/error.pb.h"
#include "proto/options.pb.h"

namespace pki {

// One step on the way to a value. Steps live on the stack of the code that
// walks a message, and are spelled out only when something is refused.
struct FieldStep {
  const FieldStep* parent;  // Null for a field of the outermost message.
  const google::protobuf::FieldDescriptor* field;
  int index;  // Of an item in a list, -1 for the field itself.
};

// The path of a refusal's field: "Validity.Value", "Tags[0].Key". It does not
// name the root; the caller does, with Under("Request", status).
std::string FieldPath(const FieldStep& step);

// Whether `number` is a value that a message may hold: listed, and not the zero
// that stands for "unspecified".
bool IsListed(const google::protobuf::EnumDescriptor& type, int number);

// What the field's shape limits, of the list when it is one. Without a shape
// there is no limit.
const v1::Limits& LimitsOf(const google::protobuf::FieldDescriptor& field);

// Whether the field is marked (secret).
bool IsSecret(const google::protobuf::FieldDescriptor& field);

// A refusal in the service's words: "1 validation error detected: Value 'x' at
// 'validity.value' failed to satisfy constraint: Member must ...". `value`
// comes ready for printing, through Quote() where it came from outside; that of
// a secret field is left out.
absl::Status RefuseValue(v1::Reason reason, const FieldStep& step,
                         absl::string_view value, absl::string_view constraint);

// The same for a value below (`is_low`) or above a bound; `have` says of what
// it is the bound: "have length".
absl::Status RefuseBound(v1::Reason reason, const FieldStep& step,
                         absl::string_view value, absl::string_view have,
                         bool is_low, int64_t bound);

// The same for a list of `size` items.
absl::Status RefuseListLength(const FieldStep& step, int64_t size, bool is_low,
                              int64_t bound);

// The same for a value that the enum of the field does not list.
absl::Status RefuseEnumValue(const FieldStep& step, absl::string_view value);

}  // namespace pki

#endif  // PKI_WIRE_FIELD_H_
