// Lengths are written when the contents are there.
#include "pki/der/writer.h"

#include <iterator>

namespace pki::der {

size_t Writer::Begin(Tag tag) {
  bytes_ += static_cast<char>(tag >> CBS_ASN1_TAG_SHIFT |
                              (tag & CBS_ASN1_TAG_NUMBER_MASK));
  bytes_ += '\0';
  return bytes_.size();
}

void Writer::End(size_t start) {
  const size_t length = bytes_.size() - start;
  if (length < 0x80) {
    bytes_[start - 1] = static_cast<char>(length);
    return;
  }
  char octets[sizeof(length)];
  char* first = std::end(octets);
  for (size_t rest = length; rest != 0; rest >>= 8) {
    *--first = static_cast<char>(rest);
  }
  const size_t count = std::end(octets) - first;
  bytes_[start - 1] = static_cast<char>(0x80 | count);
  bytes_.insert(start, first, count);
}

void Writer::AddBoolean(bool value) {
  AddText(kBoolean, value ? "\xff" : absl::string_view("\0", 1));
}

void Writer::AddUint64(uint64_t value) {
  uint8_t octets[sizeof(value)];
  for (size_t i = sizeof(value); i-- > 0; value >>= 8) {
    octets[i] = static_cast<uint8_t>(value);
  }
  AddPositiveInteger(octets);
}

void Writer::AddPositiveInteger(ByteView big_endian) {
  while (big_endian.size() > 1 && big_endian[0] == 0) {
    big_endian.remove_prefix(1);
  }
  Add(kInteger, [big_endian](Writer& writer) {
    // The sign bit is kept clear.
    if (big_endian[0] >= 0x80) writer.bytes_ += '\0';
    writer.AddRaw(big_endian);
  });
}

void Writer::AddBitStringBytes(ByteView bytes) {
  Add(kBitString, [bytes](Writer& writer) {
    writer.bytes_ += '\0';  // no unused bits
    writer.AddRaw(bytes);
  });
}

}  // namespace pki::der
