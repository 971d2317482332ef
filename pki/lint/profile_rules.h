// The rules of the profiles that a template can name: data, as those of RFC
// 5280 in lint.cc.
#ifndef PKI_LINT_PROFILE_RULES_H_
#define PKI_LINT_PROFILE_RULES_H_

#include "absl/types/span.h"
#include "pki/lint/rule.h"

namespace pki {

// In the order in which they are tried. What RFC 5280 demands anyway is not
// here again.
absl::Span<const Rule> ProfileRules();

}  // namespace pki

#endif  // PKI_LINT_PROFILE_RULES_H_
