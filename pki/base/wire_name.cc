// The option that keeps the spelling.
#include "pki/base/wire_name.h"

#include "absl/strings/str_cat.h"
#include "proto/options.pb.h"

namespace pki {

const std::string& WireName(
    const google::protobuf::EnumValueDescriptor& value) {
  const auto& options = value.options();
  return options.HasExtension(v1::wire_name)
             ? options.GetExtension(v1::wire_name)
             : value.name();
}

std::string WireName(const google::protobuf::EnumDescriptor& type, int number) {
  const auto* const value = type.FindValueByNumber(number);
  return value == nullptr ? absl::StrCat(number) : WireName(*value);
}

}  // namespace pki
