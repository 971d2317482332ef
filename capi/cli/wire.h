// As much of Protocol Buffers' wire format as it takes to hand the engine a
// secret: the JSON form would leave copies of it. The messages themselves are
// in libpki_engine.so, and must be in a process once.
#ifndef PKI_CAPI_CLI_WIRE_H_
#define PKI_CAPI_CLI_WIRE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "capi/cli/secret.h"

namespace pkictl {

// Append a field to a message; a default value is left out.
void AppendVarint(uint32_t field, uint64_t value, Secret* message);
void AppendBytes(uint32_t field, absl::string_view value, Secret* message);

// The value of `field` in a message of varints alone; 0 when it is not there.
uint64_t FindVarint(uint32_t field, absl::string_view message);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_WIRE_H_
