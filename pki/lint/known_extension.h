// The extensions that RFC 5280 and its companions define, as a table: what is
// said of each alone, whatever else the certificate holds.
#ifndef PKI_LINT_KNOWN_EXTENSION_H_
#define PKI_LINT_KNOWN_EXTENSION_H_

#include "pki/base/bytes.h"

namespace pki {

// What an extension's definition says of its `critical`.
enum class Criticality {
  kFree,  // nothing, or it depends on the certificate
  kMustBeSet,
  kMustBeClear,
  kShouldBeSet,
  kShouldBeClear,
};

// One row of the table.
struct KnownExtension {
  ByteView oid;  // content octets
  Criticality criticality;
  // True when the value, which is what is inside the OCTET STRING, is DER of
  // the extension's type, and of use: lists are not empty, a distribution point
  // has a name or an issuer, policyConstraints one of its two, no policy stands
  // twice, and none is mapped to or from anyPolicy. General names are as
  // IsSubjectAltName() has them, but for those in nameConstraints. Null where a
  // rule of its own judges the value.
  bool (*is_value)(ByteView value);
};

// The row with this OID; null when there is none.
const KnownExtension* FindKnownExtension(ByteView oid);

// True for GeneralNames of which none is an x400Address or a directoryName with
// control characters.
bool IsSubjectAltName(ByteView value);

}  // namespace pki

#endif  // PKI_LINT_KNOWN_EXTENSION_H_
