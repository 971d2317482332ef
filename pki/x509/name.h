// Distinguished names (RFC 5280 sections 4.1.2.4 and 4.1.2.6).
#ifndef PKI_X509_NAME_H_
#define PKI_X509_NAME_H_

#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/der/reader.h"

namespace pki {

// One attribute. Views into the name's bytes.
struct Attribute {
  ByteView type;  // content octets of the OID
  der::Tag tag = 0;
  ByteView value;
  // True when it shares its RDN with the attribute before it.
  bool joins_previous = false;
};

using AttributeList = absl::InlinedVector<Attribute, 8>;

// The attributes in their order; empty for the empty name. None when `name` is
// not a whole Name in DER, an RDN is empty, or a value is not a string of its
// type.
std::optional<AttributeList> ParseName(ByteView name);

// The checks of ParseName() without its result.
bool IsName(ByteView name);

// True for a Name without RDNs.
bool IsEmptyName(ByteView name);

// The value as UTF-8; none when it is not text of its type.
std::optional<std::string> AttributeText(const Attribute& attribute);

// True when the text has a control character of ASCII, at which some readers
// would cut it. Allocates for a BMPString and a UniversalString only.
bool HasControl(const Attribute& attribute);

// RFC 2253, last RDN first, as the service's audit reports have it: names for
// the types that the RFC has names for (C, ST, L, O, OU, CN, STREET, DC, UID),
// every other type as dotted OID with the value's DER in hex. Empty for what is
// not a name.
std::string NameToRfc2253(ByteView name);

// One attribute to be written, an RDN of its own.
struct NewAttribute {
  ByteView type;
  der::Tag tag;  // der::kUtf8String, kPrintableString or kIa5String
  absl::string_view value;
};

// A Name in DER with these attributes in this order.
Bytes EncodeName(absl::Span<const NewAttribute> attributes);

}  // namespace pki

#endif  // PKI_X509_NAME_H_
