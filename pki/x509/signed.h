// The outer SEQUENCE that certificates, CSRs and CRLs share (RFC 5280 section
// 4.1.1).
#ifndef PKI_X509_SIGNED_H_
#define PKI_X509_SIGNED_H_

#include <optional>

#include "pki/base/bytes.h"

namespace pki {

// Views into the DER that it was read from.
struct Signed {
  ByteView to_be_signed;  // a SEQUENCE with its header
  ByteView algorithm;     // AlgorithmIdentifier in DER
  ByteView signature;     // the bytes of the BIT STRING
};

// None when it is not DER of that shape, or something is behind it.
std::optional<Signed> ReadSigned(ByteView der);

Bytes EncodeSigned(ByteView to_be_signed, ByteView algorithm,
                   ByteView signature);

}  // namespace pki

#endif  // PKI_X509_SIGNED_H_
