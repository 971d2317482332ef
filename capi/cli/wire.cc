// Protocol Buffers Encoding (protobuf.dev), "Base 128 Varints" and
// "Length-Delimited Records".
#include "capi/cli/wire.h"

namespace pkictl {
namespace {

constexpr uint64_t kContinued = 0x80;
constexpr int kVarintBits = 7;
constexpr int kTypeBits = 3;
constexpr uint64_t kVarintType = 0;
constexpr uint64_t kBytesType = 2;

uint64_t Tag(uint32_t field, uint64_t type) {
  return uint64_t{field} << kTypeBits | type;
}

void Append(uint64_t number, Secret* out) {
  for (; number >= kContinued; number >>= kVarintBits) {
    out->push_back(static_cast<char>(number | kContinued));
  }
  out->push_back(static_cast<char>(number));
}

// Takes a number from the front.
uint64_t Take(absl::string_view* in) {
  uint64_t number = 0;
  for (int shift = 0; !in->empty() && shift < 64; shift += kVarintBits) {
    const auto byte = static_cast<unsigned char>(in->front());
    in->remove_prefix(1);
    number |= (byte & (kContinued - 1)) << shift;
    if (byte < kContinued) break;
  }
  return number;
}

}  // namespace

void AppendVarint(uint32_t field, uint64_t value, Secret* message) {
  if (value == 0) return;
  Append(Tag(field, kVarintType), message);
  Append(value, message);
}

void AppendBytes(uint32_t field, absl::string_view value, Secret* message) {
  if (value.empty()) return;
  Append(Tag(field, kBytesType), message);
  Append(value.size(), message);
  message->insert(message->end(), value.begin(), value.end());
}

uint64_t FindVarint(uint32_t field, absl::string_view message) {
  while (!message.empty()) {
    const uint64_t tag = Take(&message);
    const uint64_t value = Take(&message);
    if (tag == Tag(field, kVarintType)) return value;
  }
  return 0;
}

}  // namespace pkictl
