// What is inside a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), whatever
// the algorithm.
#ifndef PKI_CRYPTO_SPKI_H_
#define PKI_CRYPTO_SPKI_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"

namespace pki {

// Views into the DER that it was read from.
struct Spki {
  ByteView algorithm;   // the AlgorithmIdentifier in DER
  ByteView type;        // content octets of its OBJECT IDENTIFIER
  ByteView parameters;  // what follows that inside it, as it is
  // The bits of the key, without its algorithm: what key identifiers (RFC 5280
  // section 4.2.1.2) and CertIDs (RFC 6960 section 4.1.1) are hashes of.
  ByteView key;
};

// Errors: REASON_KEY_MALFORMED at `field`.
absl::StatusOr<Spki> ParseSpki(ByteView der, absl::string_view field);

}  // namespace pki

#endif  // PKI_CRYPTO_SPKI_H_
