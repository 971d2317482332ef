// Strict DER reading (X.690): definite minimal lengths, minimal integers,
// canonical booleans, no trailing bytes unless asked for.
#ifndef PKI_DER_READER_H_
#define PKI_DER_READER_H_

#include <cstdint>

#include "absl/time/time.h"
#include "openssl/bytestring.h"
#include "pki/base/bytes.h"

namespace pki::der {

// Tags, in the crypto library's form: class and constructed bit on top.
using Tag = unsigned;
inline constexpr Tag kBoolean = CBS_ASN1_BOOLEAN;
inline constexpr Tag kInteger = CBS_ASN1_INTEGER;
inline constexpr Tag kBitString = CBS_ASN1_BITSTRING;
inline constexpr Tag kOctetString = CBS_ASN1_OCTETSTRING;
inline constexpr Tag kNull = CBS_ASN1_NULL;
inline constexpr Tag kOid = CBS_ASN1_OBJECT;
inline constexpr Tag kUtf8String = CBS_ASN1_UTF8STRING;
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

// A position in bytes that somebody else owns. Every Read… answers false when
// the bytes are not what was asked for; the reader is then of no further use.
class Reader {
 public:
  Reader() : Reader(ByteView()) {}
  explicit Reader(ByteView bytes) {
    CBS_init(&cbs_, bytes.data(), bytes.size());
  }

  bool empty() const { return CBS_len(&cbs_) == 0; }
  // What has not been read yet.
  ByteView rest() const { return ByteView(CBS_data(&cbs_), CBS_len(&cbs_)); }
  bool NextIs(Tag tag) const { return CBS_peek_asn1_tag(&cbs_, tag) != 0; }

  // The contents of the next element, which must have this tag.
  bool Read(Tag tag, Reader* contents) {
    return CBS_get_asn1(&cbs_, &contents->cbs_, tag) != 0;
  }
  bool Read(Tag tag, ByteView* contents);
  // The same with the element's header.
  bool ReadElement(Tag tag, ByteView* element);
  // The next element, whatever its tag.
  bool ReadAny(Tag* tag, ByteView* contents);
  bool ReadAnyElement(ByteView* element);
  // True also when the next element has another tag; then `*present` is false.
  bool ReadOptional(Tag tag, Reader* contents, bool* present);

  bool ReadBoolean(bool* value);
  // The content octets of an INTEGER, two's complement, minimal.
  bool ReadInteger(ByteView* octets);
  // A non-negative INTEGER below 2^64.
  bool ReadUint64(uint64_t* value) {
    return CBS_get_asn1_uint64(&cbs_, value) != 0;
  }
  // A BIT STRING; unused bits are zero.
  bool ReadBitString(ByteView* bytes, int* unused_bits);
  // A BIT STRING of whole bytes.
  bool ReadBitStringBytes(ByteView* bytes);
  // The content octets of a well-formed OBJECT IDENTIFIER.
  bool ReadOid(ByteView* octets);
  // UTCTime or GeneralizedTime in the forms of RFC 5280 section 4.1.2.5: to the
  // second, with Z, nothing else.
  bool ReadTime(absl::Time* time, Tag* tag);

 private:
  CBS cbs_;
};

}  // namespace pki::der

#endif  // PKI_DER_READER_H_
