// Structs that a host fills, of this version of the header or of another, and
// the bytes in them.
#ifndef PKI_CAPI_HOST_STRUCT_H_
#define PKI_CAPI_HOST_STRUCT_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "capi/pki_engine.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"

namespace pki {

// Whether `given` begins with a size, as every such struct must. Errors:
// REASON_STRUCT_SIZE.
template <typename Struct>
absl::Status CheckSize(const Struct& given, absl::string_view field) {
  if (given.size >= sizeof(given.size)) return absl::OkStatus();
  return Refuse(v1::REASON_STRUCT_SIZE, absl::StrCat(field, ".size"),
                absl::StrCat("A struct begins with its size, here ",
                             sizeof(Struct), ", not ", given.size, "."));
}

// The struct as this version knows it: what it is too short for is null.
template <typename Struct>
Struct Complete(const Struct& given) {
  static_assert(std::is_trivially_copyable<Struct>::value, "the struct is C's");
  Struct complete = {};
  // Every member has the size of a pointer: one that is cut is not there.
  const size_t whole = given.size - given.size % sizeof(void*);
  std::memcpy(&complete, &given, std::min(whole, sizeof(complete)));
  return complete;
}

// Refuses with REASON_ARGUMENT_NULL when one of the members is not there.
inline absl::Status CheckMembers(
    std::initializer_list<std::pair<absl::string_view, bool>> members,
    absl::string_view field) {
  for (const auto& [name, there] : members) {
    if (there) continue;
    const std::string path = absl::StrCat(field, ".", name);
    return Refuse(v1::REASON_ARGUMENT_NULL, path,
                  absl::StrCat(path, " must not be null."));
  }
  return absl::OkStatus();
}

// What it is when a function of the host returns something other than 0; `what`
// says whose function it is.
inline absl::Status CallbackFailed(v1::Reason reason, absl::string_view what,
                                   int32_t result) {
  return Refuse(reason, "",
                absl::StrCat(what, " failed, returning ", result, "."));
}

inline pki_bytes ToC(absl::string_view bytes) {
  return {View(bytes).data(), bytes.size()};
}

// Whether there is something where the bytes are said to be.
inline bool IsReadable(pki_bytes bytes) {
  return bytes.data != nullptr || bytes.size == 0;
}

inline absl::string_view FromC(pki_bytes bytes) {
  return Text(ByteView(bytes.data, bytes.size));
}

}  // namespace pki

#endif  // PKI_CAPI_HOST_STRUCT_H_
