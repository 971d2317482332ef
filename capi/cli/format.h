// Answers as the AWS CLI prints them.
#ifndef PKI_CAPI_CLI_FORMAT_H_
#define PKI_CAPI_CLI_FORMAT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "capi/cli/json.h"

namespace pkictl {

// Indented by four; nothing for an empty object.
std::string FormatJson(const Json& value);

// Lines for scripts: scalars apart by tabs in the order of their names, behind
// the name of what they are in, in capitals. Items of a list have the same
// columns.
std::string FormatText(const Json& value);

// Boxes under `title`. What is wider than `width` columns gets a row a member.
std::string FormatTable(absl::string_view title, const Json& value, int width);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_FORMAT_H_
