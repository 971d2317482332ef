// Strict DER reading; CBS reads the headers that are rare.
#include "pki/der/reader.h"

#include <openssl/bytestring.h>

#include "pki/der/oid.h"
#include "pki/der/time.h"

namespace pki::der {

bool Reader::TakeUnusual(Element* element) {
  CBS rest;
  CBS whole;
  CBS_init(&rest, rest_.data(), rest_.size());
  if (!CBS_get_any_asn1_element(&rest, &whole, &element->tag,
                                &element->header)) {
    return false;
  }
  element->whole = ByteView(CBS_data(&whole), CBS_len(&whole));
  rest_ = ByteView(CBS_data(&rest), CBS_len(&rest));
  return true;
}

bool Reader::ReadBoolean(bool* value) {
  ByteView contents;
  if (!Read(kBoolean, &contents) || contents.size() != 1) return false;
  *value = contents[0] == 0xff;
  return *value || contents[0] == 0;
}

bool Reader::ReadDefaultFalse(bool* value) {
  *value = false;
  return !NextIs(kBoolean) || (ReadBoolean(value) && *value);
}

bool Reader::ReadInteger(ByteView* octets, Tag tag) {
  if (!Read(tag, octets) || octets->empty()) return false;
  if (octets->size() == 1) return true;
  // The first nine bits are not all the same (X.690 section 8.3.2).
  const bool negative = ((*octets)[1] & 0x80) != 0;
  return (*octets)[0] != (negative ? 0xff : 0);
}

bool Reader::ReadUint64(uint64_t* value) {
  ByteView octets;
  if (!ReadInteger(&octets) || (octets[0] & 0x80) != 0) return false;
  if (octets[0] == 0) octets.remove_prefix(1);
  if (octets.size() > sizeof(*value)) return false;
  *value = 0;
  for (const uint8_t octet : octets) *value = *value << 8 | octet;
  return true;
}

bool Reader::ReadBitString(ByteView* bytes, int* unused_bits, Tag tag) {
  ByteView contents;
  if (!Read(tag, &contents) || contents.empty()) return false;
  const int unused = contents[0];
  contents.remove_prefix(1);
  if (unused > 7 || (contents.empty() && unused != 0)) return false;
  if (unused != 0 && (contents.back() & ((1 << unused) - 1)) != 0) return false;
  *bytes = contents;
  *unused_bits = unused;
  return true;
}

bool Reader::ReadBitStringBytes(ByteView* bytes) {
  int unused = 0;
  return ReadBitString(bytes, &unused) && unused == 0;
}

bool Reader::ReadOid(ByteView* octets) {
  return Read(kOid, octets) && oid::IsWellFormed(*octets);
}

bool Reader::ReadTime(absl::Time* time, Tag* tag) {
  ByteView contents;
  if (!ReadAny(tag, &contents)) return false;
  const auto parsed = ParseTime(*tag, contents);
  if (!parsed.has_value()) return false;
  *time = *parsed;
  return true;
}

}  // namespace pki::der
