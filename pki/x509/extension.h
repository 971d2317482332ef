// Extensions as certificates and CSRs carry them (RFC 5280 section 4.2): the
// list itself, and the values that the engine reads and writes.
#ifndef PKI_X509_EXTENSION_H_
#define PKI_X509_EXTENSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"

namespace pki {

// One extension. Views into bytes that the owner of the list holds.
struct Extension {
  ByteView oid;  // content octets
  bool critical = false;
  ByteView value;  // what is inside extnValue's OCTET STRING
  ByteView der;    // the whole Extension
};

using ExtensionList = absl::InlinedVector<Extension, 10>;

// Reads one whole Extension. None when it is not DER, or a critical that is
// FALSE is spelt out.
std::optional<Extension> ParseExtension(ByteView der);

// Reads `Extensions`, a SEQUENCE of at least one. None when it or one of
// them is not DER. Duplicates are kept.
std::optional<ExtensionList> ParseExtensions(ByteView der);

// The first extension of this type, the content octets of an OID; null when
// there is none.
const Extension* FindExtension(absl::Span<const Extension> extensions,
                               ByteView type);

// The first OID that stands twice; none when all differ.
std::optional<ByteView> DuplicateExtension(
    absl::Span<const Extension> extensions);

// A whole Extension in DER.
Bytes EncodeExtension(ByteView oid, bool critical, ByteView value);

// RFC 5280 section 4.2.1.9.
struct BasicConstraints {
  bool ca = false;
  std::optional<uint32_t> path_length;
};
std::optional<BasicConstraints> ParseBasicConstraints(ByteView value);
Bytes EncodeBasicConstraints(const BasicConstraints& constraints);

// RFC 5280 section 4.2.1.3: bit n of the ASN.1 type is `1 << n`.
enum KeyUsageBit : uint16_t {
  kDigitalSignature = 1 << 0,
  kNonRepudiation = 1 << 1,
  kKeyEncipherment = 1 << 2,
  kDataEncipherment = 1 << 3,
  kKeyAgreement = 1 << 4,
  kKeyCertSign = 1 << 5,
  kCrlSign = 1 << 6,
  kEncipherOnly = 1 << 7,
  kDecipherOnly = 1 << 8,
};
// None when the value is not a BIT STRING in DER of at most nine bits. Zero
// bits may stand at its end: certificates of the service have all nine.
std::optional<uint16_t> ParseKeyUsage(ByteView value);
// True when the last bit of a value that can be read is one, or there is none:
// DER of a named bit list (X.690 section 11.2.2).
bool IsMinimalKeyUsage(ByteView value);
// Minimal DER: trailing zero bits are left out.
Bytes EncodeKeyUsage(uint16_t bits);

// RFC 5280 section 4.2.1.12: the purposes' OIDs, as content octets.
using PurposeList = absl::InlinedVector<ByteView, 4>;
std::optional<PurposeList> ParseExtendedKeyUsage(ByteView value);
Bytes EncodeExtendedKeyUsage(absl::Span<const ByteView> purposes);

// RFC 5280 sections 4.2.1.1 and 4.2.1.2.
struct AuthorityKeyIdentifier {
  std::optional<ByteView> key_identifier;
};
std::optional<AuthorityKeyIdentifier> ParseAuthorityKeyIdentifier(
    ByteView value);
Bytes EncodeAuthorityKeyIdentifier(ByteView key_identifier);
std::optional<ByteView> ParseSubjectKeyIdentifier(ByteView value);
Bytes EncodeSubjectKeyIdentifier(ByteView key_identifier);

// RFC 5280 section 4.2.1.13: one distribution point with one URI as fullName.
Bytes EncodeCrlDistributionPoint(const std::string& uri);

// RFC 5280 section 5.2.5: a distribution point whose fullName is one URI or
// several, and no other limit.
Bytes EncodeIssuingDistributionPoint(absl::Span<const std::string> uris);
// The URIs of a value of that form; none for any other value.
std::optional<std::vector<absl::string_view>> ParseIssuingDistributionPoint(
    ByteView value);

// RFC 5280 section 4.2.2.1: one access description, id-ad-ocsp.
Bytes EncodeAuthorityInfoAccessOcsp(absl::string_view uri);

}  // namespace pki

#endif  // PKI_X509_EXTENSION_H_
