// Base64 in its one canonical form (RFC 4648 section 4).
#ifndef PKI_BASE_BASE64_H_
#define PKI_BASE_BASE64_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"

namespace pki {

// The bytes. None for anything but what an encoder writes for them: white
// space, missing padding, and unused bits that are set.
std::optional<Bytes> DecodeBase64(absl::string_view text);

}  // namespace pki

#endif  // PKI_BASE_BASE64_H_
