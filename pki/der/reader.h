// Strict DER reading (X.690): definite minimal lengths, minimal integers,
// canonical booleans, no trailing bytes unless asked for.
#ifndef PKI_DER_READER_H_
#define PKI_DER_READER_H_

#include <cstdint>

#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki::der {

// A position in bytes that somebody else owns. Every Read… answers false when
// the bytes are not what was asked for; the reader is then of no further use.
// A tag that is asked for has a number below 31.
class Reader {
 public:
  Reader() = default;
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  // What has not been read yet.
  ByteView rest() const { return rest_; }
  // Asked before a field that is OPTIONAL.
  bool NextIs(Tag tag) const {
    return !rest_.empty() && rest_[0] == Identifier(tag);
  }

  // The contents of the next element, which must have this tag.
  bool Read(Tag tag, ByteView* contents) {
    Element element;
    if (!NextIs(tag) || !Take(&element)) return false;
    *contents = element.contents();
    return true;
  }
  bool Read(Tag tag, Reader* contents) { return Read(tag, &contents->rest_); }
  // The same with the element's header.
  bool ReadElement(Tag tag, ByteView* whole) {
    return NextIs(tag) && ReadAnyElement(whole);
  }
  // The next element, whatever its tag.
  bool ReadAny(Tag* tag, ByteView* contents) {
    Element element;
    if (!Take(&element)) return false;
    *tag = element.tag;
    *contents = element.contents();
    return true;
  }
  bool ReadAnyElement(ByteView* whole) {
    Element element;
    if (!Take(&element)) return false;
    *whole = element.whole;
    return true;
  }

  bool ReadBoolean(bool* value);
  // A BOOLEAN DEFAULT FALSE: true also when the next element is none. DER
  // leaves a DEFAULT value out, so only TRUE may stand there.
  bool ReadDefaultFalse(bool* value);
  // The content octets of an INTEGER, two's complement, minimal. Here and for a
  // BIT STRING, `tag` is another one where the field is IMPLICIT.
  bool ReadInteger(ByteView* octets, Tag tag = kInteger);
  // A non-negative INTEGER below 2^64.
  bool ReadUint64(uint64_t* value);
  // A BIT STRING; unused bits are zero.
  bool ReadBitString(ByteView* bytes, int* unused_bits, Tag tag = kBitString);
  // A BIT STRING of whole bytes.
  bool ReadBitStringBytes(ByteView* bytes);
  // The content octets of a well-formed OBJECT IDENTIFIER.
  bool ReadOid(ByteView* octets);
  // UTCTime or GeneralizedTime in the forms of RFC 5280 section 4.1.2.5: to the
  // second, with Z, nothing else.
  bool ReadTime(absl::Time* time, Tag* tag);

 private:
  struct Element {
    ByteView contents() const {
      return ByteView(whole.data() + header, whole.size() - header);
    }

    Tag tag = 0;
    ByteView whole;
    size_t header = 0;  // the size of tag and length
  };

  // The identifier octet of a tag whose number is below 31.
  static constexpr uint8_t Identifier(Tag tag) {
    return static_cast<uint8_t>(tag >> CBS_ASN1_TAG_SHIFT | tag);
  }

  // Takes the next element off. Nearly all that there are have a tag of one
  // octet and a length of up to three, and are taken here, because calls into
  // the crypto library's shared object cost more than the work.
  bool Take(Element* element) {
    const size_t size = rest_.size();
    if (size < 2) return false;
    const uint8_t first = rest_[0];
    // Of 31 the number follows, and [UNIVERSAL 0] is no tag.
    if ((first & 0x1f) == 0x1f || (first & 0xdf) == 0) {
      return TakeUnusual(element);
    }
    size_t header = 2;
    size_t length = rest_[1];
    if (length == 0x81 && size > 2) {
      header = 3;
      length = rest_[2];
      if (length < 0x80) return false;
    } else if (length == 0x82 && size > 3) {
      header = 4;
      length = static_cast<size_t>(rest_[2]) << 8 | rest_[3];
      if (length < 0x100) return false;
    } else if (length >= 0x80) {
      return TakeUnusual(element);
    }
    if (length > size - header) return false;
    element->tag =
        static_cast<Tag>(first & 0xe0) << CBS_ASN1_TAG_SHIFT | (first & 0x1f);
    element->whole = ByteView(rest_.data(), header + length);
    element->header = header;
    rest_ = ByteView(rest_.data() + header + length, size - header - length);
    return true;
  }
  // The same for any element, by the crypto library.
  bool TakeUnusual(Element* element);

  ByteView rest_;
};

}  // namespace pki::der

#endif  // PKI_DER_READER_H_
