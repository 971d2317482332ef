// Hexadecimal of bytes.
#include "pki/base/bytes.h"

#include "absl/strings/escaping.h"

namespace pki {

std::string Hex(ByteView bytes) { return absl::BytesToHexString(Text(bytes)); }

}  // namespace pki
