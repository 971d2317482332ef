// How the service spells the values of enums.
#ifndef PKI_BASE_WIRE_NAME_H_
#define PKI_BASE_WIRE_NAME_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace pki {

// The wire_name of an enum value, or without one its own.
const std::string& WireName(const google::protobuf::EnumValueDescriptor& value);

// The same by number; the number itself when the enum does not list it.
std::string WireName(const google::protobuf::EnumDescriptor& type, int number);

template <typename Enum>
std::string WireNameOf(Enum value) {
  return WireName(*google::protobuf::GetEnumDescriptor<Enum>(), value);
}

}  // namespace pki

#endif  // PKI_BASE_WIRE_NAME_H_
