// --query: the part of an answer that is printed, in JMESPath (jmespath.org).
#ifndef PKI_CAPI_CLI_QUERY_H_
#define PKI_CAPI_CLI_QUERY_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/cli/json.h"

namespace pkictl {

// What an expression makes of a value.
using Query = std::function<Json(const Json& value)>;

// Knows members, [n], [*], [], [?...], *, [a, b], {K: a}, @, 'text', `JSON`,
// ==, !=, <, <=, >, >=, &&, ||, | and parentheses; neither functions nor slices
// nor !. Errors: what was expected, and where.
absl::StatusOr<Query> ParseQuery(absl::string_view text);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_QUERY_H_
