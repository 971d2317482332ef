// Lengths are written when the contents are there.
#include "pki/der/writer.h"

#include <iterator>

namespace pki::der {
namespace {

char Identifier(Tag tag) {
  return static_cast<char>(tag >> CBS_ASN1_TAG_SHIFT |
                           (tag & CBS_ASN1_TAG_NUMBER_MASK));
}

// What a length of one octet is below.
constexpr size_t kLong = 0x80;

// The octets of a length in the long form: how many follow, and those.
Bytes LongLength(uint64_t length) {
  char octets[1 + sizeof(length)];
  char* first = std::end(octets);
  for (uint64_t rest = length; rest != 0; rest >>= 8) {
    *--first = static_cast<char>(rest);
  }
  const auto count = static_cast<size_t>(std::end(octets) - first);
  *--first = static_cast<char>(kLong | count);
  return Bytes(first, 1 + count);
}

}  // namespace

size_t Writer::Begin(Tag tag) {
  bytes_ += Identifier(tag);
  bytes_ += '\0';
  return bytes_.size();
}

void Writer::End(size_t start) {
  const size_t length = bytes_.size() - start;
  if (length < kLong) {
    bytes_[start - 1] = static_cast<char>(length);
    return;
  }
  bytes_.replace(start - 1, 1, LongLength(length));
}

Bytes EncodeHeader(Tag tag, uint64_t size) {
  Bytes header(1, Identifier(tag));
  if (size < kLong) {
    header += static_cast<char>(size);
  } else {
    header += LongLength(size);
  }
  return header;
}

void Writer::AddBoolean(bool value) {
  AddText(kBoolean, value ? "\xff" : absl::string_view("\0", 1));
}

void Writer::AddUint64(uint64_t value) {
  uint8_t octets[sizeof(value)];
  for (size_t i = sizeof(value); i-- > 0; value >>= 8) {
    octets[i] = static_cast<uint8_t>(value);
  }
  AddUnsigned(octets);
}

void Writer::AddUnsigned(ByteView big_endian) {
  const ByteView number = StripLeadingZeros(big_endian);
  Add(kInteger, [number](Writer& writer) {
    // Zero has an octet too, and the sign bit is kept clear.
    if (number.empty() || number[0] >= 0x80) writer.bytes_ += '\0';
    writer.AddRaw(number);
  });
}

void Writer::AddBitStringBytes(ByteView bytes) {
  Add(kBitString, [bytes](Writer& writer) {
    writer.bytes_ += '\0';  // no unused bits
    writer.AddRaw(bytes);
  });
}

}  // namespace pki::der
