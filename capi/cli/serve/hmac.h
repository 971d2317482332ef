// The cryptography of signed requests, by BoringSSL.
#ifndef PKI_CAPI_CLI_SERVE_HMAC_H_
#define PKI_CAPI_CLI_SERVE_HMAC_H_

#include <string>

#include "absl/strings/string_view.h"
#include "capi/cli/secret.h"

namespace pkictl {

// In lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view data);

// 32 bytes.
Secret HmacSha256(const Secret& key, absl::string_view data);

// Takes the same time wherever they differ.
bool SameBytes(absl::string_view left, absl::string_view right);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SERVE_HMAC_H_
