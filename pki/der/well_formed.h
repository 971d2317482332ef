// Whether bytes are DER, where their ASN.1 type is not known.
#ifndef PKI_DER_WELL_FORMED_H_
#define PKI_DER_WELL_FORMED_H_

#include "pki/base/bytes.h"

namespace pki::der {

// True when `der` is whole elements one after another, or nothing, and so is
// what is inside each constructed one. No element may stand more than `depth`
// levels deep. Elements of class UNIVERSAL are constructed or primitive as DER
// has them; a BOOLEAN, INTEGER, ENUMERATED, BIT STRING, NULL or OBJECT
// IDENTIFIER has the contents of one, and a BMPString or UniversalString whole
// characters.
bool IsWellFormed(ByteView der, int depth = 16);

// The same for exactly one element.
bool IsOneElement(ByteView der);

}  // namespace pki::der

#endif  // PKI_DER_WELL_FORMED_H_
