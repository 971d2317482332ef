// Reading and writing whole files.
#ifndef PKI_CAPI_CLI_FILES_H_
#define PKI_CAPI_CLI_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pkictl {

// All of a file; "-" is standard input.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Replaces a file, or makes it: whoever reads it sees all of the old bytes or
// all of the new ones, also after a loss of power. It keeps its permissions. A
// device or a pipe is written as it is.
absl::Status WriteFile(const std::string& path, const std::string& bytes);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_FILES_H_
