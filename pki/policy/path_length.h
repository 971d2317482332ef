// How deep a hierarchy of CAs may become.
#ifndef PKI_POLICY_PATH_LENGTH_H_
#define PKI_POLICY_PATH_LENGTH_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace pki {

// The pathLenConstraint of a CA certificate; none when it sets no limit.
using PathLength = std::optional<uint32_t>;

// The most levels of CAs, the root's included (User Guide: ca-hierarchy).
inline constexpr size_t kMaxHierarchyLevels = 5;

// Whether a CA certificate with the path length `requested` may stand under
// `issuers`: the issuing CA first, the root last. Each of them must have room
// for it, for what it may issue in turn, and for the CAs in between (RFC 5280
// section 6.1.4). Not for certificates that sign themselves. Errors at
// Request.TemplateArn: REASON_PATH_LENGTH, REASON_HIERARCHY_DEPTH.
absl::Status CheckPathLength(PathLength requested,
                             absl::Span<const PathLength> issuers);

}  // namespace pki

#endif  // PKI_POLICY_PATH_LENGTH_H_
