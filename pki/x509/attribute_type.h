// The attributes of distinguished names whose string type and length are
// defined (RFC 5280 appendix A.1, X.520, RFC 4519), as a table.
#ifndef PKI_X509_ATTRIBUTE_TYPE_H_
#define PKI_X509_ATTRIBUTE_TYPE_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki {

// One row of the table.
struct AttributeType {
  ByteView oid;            // content octets
  absl::string_view name;  // as in the standards: "commonName"
  // der::kPrintableString or der::kIa5String where the type is just that;
  // der::kUtf8String, the form for new names, where it is a DirectoryString.
  der::Tag tag;
  // In characters, both inclusive.
  size_t min_length;
  size_t max_length;
};

// The row with this OID; null when there is none.
const AttributeType* FindAttributeType(ByteView oid);

// True for the five string types that a DirectoryString may be (RFC 5280
// section 4.1.2.4).
bool IsDirectoryStringTag(der::Tag tag);

}  // namespace pki

#endif  // PKI_X509_ATTRIBUTE_TYPE_H_
