// The nameConstraints extension (RFC 5280 section 4.2.1.10): read strictly.
// What it means is in pki/policy/name_constraints.h.
#ifndef PKI_X509_NAME_CONSTRAINTS_H_
#define PKI_X509_NAME_CONSTRAINTS_H_

#include <optional>
#include <vector>

#include "pki/base/bytes.h"
#include "pki/x509/general_name.h"

namespace pki {

// The bases of the subtrees. Views into the extension's value. An iPAddress is
// here an address and then its mask, together 8 or 32 octets.
struct NameSubtrees {
  std::vector<GeneralName> permitted;
  std::vector<GeneralName> excluded;
};

// Reads the value of a nameConstraints. None when it is not DER, has no
// subtrees or an empty list of them, or a subtree has a minimum or a maximum.
std::optional<NameSubtrees> ParseNameConstraints(ByteView value);

}  // namespace pki

#endif  // PKI_X509_NAME_CONSTRAINTS_H_
