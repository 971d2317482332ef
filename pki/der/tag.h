// ASN.1 tags.
#ifndef PKI_DER_TAG_H_
#define PKI_DER_TAG_H_

#include <openssl/bytestring.h>

namespace pki::der {

// Tags, in the crypto library's form: class and constructed bit on top.
using Tag = unsigned;
inline constexpr Tag kBoolean = CBS_ASN1_BOOLEAN;
inline constexpr Tag kInteger = CBS_ASN1_INTEGER;
inline constexpr Tag kBitString = CBS_ASN1_BITSTRING;
inline constexpr Tag kOctetString = CBS_ASN1_OCTETSTRING;
inline constexpr Tag kNull = CBS_ASN1_NULL;
inline constexpr Tag kOid = CBS_ASN1_OBJECT;
inline constexpr Tag kEnumerated = CBS_ASN1_ENUMERATED;
inline constexpr Tag kUtf8String = CBS_ASN1_UTF8STRING;
inline constexpr Tag kNumericString = CBS_ASN1_NUMERICSTRING;
inline constexpr Tag kPrintableString = CBS_ASN1_PRINTABLESTRING;
inline constexpr Tag kTeletexString = CBS_ASN1_T61STRING;
inline constexpr Tag kIa5String = CBS_ASN1_IA5STRING;
inline constexpr Tag kUniversalString = CBS_ASN1_UNIVERSALSTRING;
inline constexpr Tag kBmpString = 30;
inline constexpr Tag kUtcTime = CBS_ASN1_UTCTIME;
inline constexpr Tag kGeneralizedTime = CBS_ASN1_GENERALIZEDTIME;
inline constexpr Tag kSequence = CBS_ASN1_SEQUENCE;
inline constexpr Tag kSet = CBS_ASN1_SET;

// [number], primitive or constructed, context-specific.
constexpr Tag Context(unsigned number) {
  return CBS_ASN1_CONTEXT_SPECIFIC | number;
}
constexpr Tag ContextConstructed(unsigned number) {
  return CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | number;
}

}  // namespace pki::der

#endif  // PKI_DER_TAG_H_
