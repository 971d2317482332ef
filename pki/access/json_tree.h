// The JSON text of a policy as a tree.
#ifndef PKI_ACCESS_JSON_TREE_H_
#define PKI_ACCESS_JSON_TREE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace pki {

// Objects and arrays within each other.
inline constexpr int kMaxPolicyDepth = 8;

// Reads `text` up to the first fault. Errors, at "Policy": REASON_POLICY_JSON,
// with the byte; REASON_POLICY_DEPTH; REASON_POLICY_MEMBER_TWICE.
absl::StatusOr<nlohmann::json> ReadJsonTree(absl::string_view text);

}  // namespace pki

#endif  // PKI_ACCESS_JSON_TREE_H_
