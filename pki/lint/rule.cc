// Where violations are.
#include "pki/lint/rule.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace pki {

std::string ExtensionField(ByteView oid) {
  return absl::StrCat("extensions[", oid::Show(oid), "]");
}

Violation AtExtension(ByteView oid, absl::string_view message) {
  return {ExtensionField(oid), std::string(message)};
}

Violation AtAttribute(ByteView type, std::string message) {
  return {absl::StrCat("subject[", oid::Show(type), "]"), std::move(message)};
}

}  // namespace pki
