// From the catalogue that people write to the templates that it stands for.
#ifndef PKI_TEMPLATE_EXPAND_H_
#define PKI_TEMPLATE_EXPAND_H_

#include <vector>

#include "absl/status/statusor.h"
#include "proto/template.pb.h"

namespace pki {

// Each base template with each of its path lengths in each of its varieties, in
// the catalogue's order. What comes out is well-formed only as far as the way
// here needs it; see PreparedTemplate. Errors: REASON_TEMPLATE_DUPLICATE, for
// two varieties or rule sets with one name, and two rules of a set for one OID;
// REASON_TEMPLATE_REFERENCE, for a variety or a rule set that is not defined,
// and a rule that stands in place of none.
absl::StatusOr<std::vector<v1::Template>> ExpandTemplates(
    const v1::TemplateCatalogue& catalogue);

}  // namespace pki

#endif  // PKI_TEMPLATE_EXPAND_H_
