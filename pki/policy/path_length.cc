// The arithmetic of pathLenConstraint.
#include "pki/policy/path_length.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr char kField[] = "Request.TemplateArn";

std::string ToText(PathLength length) {
  return length.has_value() ? absl::StrCat("the path length ", *length)
                            : "no path length";
}

}  // namespace

absl::Status CheckPathLength(PathLength requested,
                             absl::Span<const PathLength> issuers) {
  for (size_t between = 0; between < issuers.size(); ++between) {
    const PathLength limit = issuers[between];
    if (!limit.has_value()) continue;
    // In 64 bits a sum of these does not overflow.
    if (!requested.has_value() || uint64_t{*requested} + between >= *limit) {
      return Refuse(
          v1::REASON_PATH_LENGTH, kField,
          absl::StrCat("A CA certificate with ", ToText(requested),
                       " cannot be issued: the CA certificate ", between + 1,
                       " above it has ", ToText(limit), "."));
    }
  }
  if (issuers.size() >= kMaxHierarchyLevels) {
    return Refuse(v1::REASON_HIERARCHY_DEPTH, kField,
                  absl::StrCat("There are ", issuers.size(),
                               " CAs above this one already; a hierarchy has "
                               "at most ",
                               kMaxHierarchyLevels, " levels."));
  }
  return absl::OkStatus();
}

}  // namespace pki
