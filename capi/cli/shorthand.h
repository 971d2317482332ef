// The AWS CLI's shorthand syntax for structures: "Value=365,Type=DAYS".
#ifndef PKI_CAPI_CLI_SHORTHAND_H_
#define PKI_CAPI_CLI_SHORTHAND_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/json.h"

namespace pkictl {

// The text that stands for a value after "@=": what a file:// or fileb://
// names.
using ResolveFile =
    std::function<absl::StatusOr<std::string>(absl::string_view)>;

// "Key=a,Value=b", where a value is
//   a,b,c      a list, as far as what follows is no key
//   [a,b]      a list
//   {K=a,L=b}  a structure
//   'a' "a"    a word with any character; a quote in it after a backslash
//   a          a word; a comma in it after a backslash
// and K@=file://... the text of a file. The answer is an object whose leaves
// are strings: what they stand for is the caller's to know.
//
// The grammar is that of the AWS CLI to the letter, see
// testdata/aws_cli/README.md. Errors: what was expected, and a caret under the
// place.
absl::StatusOr<Json> ParseShorthand(absl::string_view text,
                                    const ResolveFile& resolve);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SHORTHAND_H_
