// Strict DER reading over CBS.
#include "pki/der/reader.h"

#include "pki/der/time.h"

namespace pki::der {
namespace {

ByteView ToView(const CBS& cbs) {
  return ByteView(CBS_data(&cbs), CBS_len(&cbs));
}

}  // namespace

bool Reader::Read(Tag tag, ByteView* contents) {
  CBS cbs;
  if (!CBS_get_asn1(&cbs_, &cbs, tag)) return false;
  *contents = ToView(cbs);
  return true;
}

bool Reader::ReadElement(Tag tag, ByteView* element) {
  CBS cbs;
  if (!CBS_get_asn1_element(&cbs_, &cbs, tag)) return false;
  *element = ToView(cbs);
  return true;
}

bool Reader::ReadAny(Tag* tag, ByteView* contents) {
  CBS cbs;
  if (!CBS_get_any_asn1(&cbs_, &cbs, tag)) return false;
  *contents = ToView(cbs);
  return true;
}

bool Reader::ReadAnyElement(ByteView* element) {
  CBS cbs;
  if (!CBS_get_any_asn1_element(&cbs_, &cbs, nullptr, nullptr)) return false;
  *element = ToView(cbs);
  return true;
}

bool Reader::ReadOptional(Tag tag, Reader* contents, bool* present) {
  int found = 0;
  if (!CBS_get_optional_asn1(&cbs_, &contents->cbs_, &found, tag)) return false;
  *present = found != 0;
  return true;
}

bool Reader::ReadBoolean(bool* value) {
  int read = 0;
  if (!CBS_get_asn1_bool(&cbs_, &read)) return false;
  *value = read != 0;
  return true;
}

bool Reader::ReadInteger(ByteView* octets) {
  CBS cbs;
  int negative = 0;
  if (!CBS_get_asn1(&cbs_, &cbs, CBS_ASN1_INTEGER) ||
      !CBS_is_valid_asn1_integer(&cbs, &negative)) {
    return false;
  }
  *octets = ToView(cbs);
  return true;
}

bool Reader::ReadBitString(ByteView* bytes, int* unused_bits) {
  CBS cbs;
  uint8_t unused = 0;
  if (!CBS_get_asn1(&cbs_, &cbs, CBS_ASN1_BITSTRING) ||
      !CBS_is_valid_asn1_bitstring(&cbs) || !CBS_get_u8(&cbs, &unused)) {
    return false;
  }
  *bytes = ToView(cbs);
  *unused_bits = unused;
  return true;
}

bool Reader::ReadBitStringBytes(ByteView* bytes) {
  int unused = 0;
  return ReadBitString(bytes, &unused) && unused == 0;
}

bool Reader::ReadOid(ByteView* octets) {
  CBS cbs;
  if (!CBS_get_asn1(&cbs_, &cbs, CBS_ASN1_OBJECT)) return false;
  *octets = ToView(cbs);
  // X.690 section 8.19.2: every arc ends, and none begins with padding.
  bool starts_arc = true;
  for (const uint8_t octet : *octets) {
    if (starts_arc && octet == 0x80) return false;
    starts_arc = (octet & 0x80) == 0;
  }
  return !octets->empty() && starts_arc;
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
