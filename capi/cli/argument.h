// What the words behind an option mean, as the AWS CLI version 2 has it.
#ifndef PKI_CAPI_CLI_ARGUMENT_H_
#define PKI_CAPI_CLI_ARGUMENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/json.h"
#include "capi/cli/shape.h"

namespace pkictl {

// What the text of a blob is, as --cli-binary-format says it: base64, or the
// bytes themselves.
enum class BinaryFormat { kBase64, kRaw };

// The value in a request of `member`, from the words behind its option. One
// word file://PATH stands for the text of a file.
//
//   string, enum  the word
//   integer       decimal
//   blob          fileb://PATH for the bytes of a file; else text in `format`,
//                 inline and in a file
//   timestamp     seconds since 1970, or ISO 8601 (UTC when it has no zone)
//   structure     shorthand, or a JSON object
//   list          a word an item, or one JSON array
//
// Booleans at the top have two options instead of a word. Errors are wrong
// usage, and name no option.
absl::StatusOr<Json> ReadArgument(const OperationShape& shape,
                                  const ShapeMember& member,
                                  BinaryFormat format,
                                  const std::vector<std::string>& words);

// What --cli-input-json gives: an object, or file://PATH of one.
absl::StatusOr<Json> ReadInputJson(const std::string& word);

// Readies a request for the engine: times become numbers, and blobs base64.
// PEM is never base64, and taken for itself in each format. Refuses what is no
// text, and members that the request cannot have, which the engine would
// ignore.
absl::Status FinishRequest(const OperationShape& shape, BinaryFormat format,
                           Json* request);

// Readies an answer for people: times become ISO 8601, in the local zone.
void ShowTimes(const OperationShape& shape, Json* response);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_ARGUMENT_H_
