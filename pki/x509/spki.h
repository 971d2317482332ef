// What is inside a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
#ifndef PKI_X509_SPKI_H_
#define PKI_X509_SPKI_H_

#include "pki/base/bytes.h"

namespace pki {

// The bits of the key, without its algorithm: what key identifiers (RFC 5280
// section 4.2.1.2) and CertIDs (RFC 6960 section 4.1.1) are hashes of. `spki`
// has been read as a key before; what is none comes back as it is.
ByteView PublicKeyBits(ByteView spki);

}  // namespace pki

#endif  // PKI_X509_SPKI_H_
