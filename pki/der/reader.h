// Strict DER reading (X.690): definite minimal lengths, minimal integers,
// canonical booleans, no trailing bytes unless asked for.
#ifndef PKI_DER_READER_H_
#define PKI_DER_READER_H_

#include <openssl/bytestring.h>

#include <cstdint>

#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki::der {

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
