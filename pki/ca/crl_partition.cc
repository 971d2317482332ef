// Partitions divide the values of the serials' first byte.
#include "pki/ca/crl_partition.h"

#include "absl/strings/str_cat.h"
#include "pki/store/key_range.h"

namespace pki {
namespace {

constexpr size_t kSerialSize = 16;  // bytes
constexpr size_t kFirstBytes = 256;

// The lowest first byte of the partition.
size_t LowestOf(size_t partition, size_t count) {
  return (partition * kFirstBytes + count - 1) / count;
}

std::string KeyFrom(absl::string_view prefix, size_t first_byte) {
  return absl::StrCat(prefix, absl::Hex(first_byte, absl::kZeroPad2));
}

}  // namespace

size_t CrlPartitionOf(ByteView serial, size_t count) {
  // A shorter one begins with zeros.
  const size_t first = serial.size() < kSerialSize ? 0 : serial[0];
  return first * count / kFirstBytes;
}

KeyRange KeysOfCrlPartition(absl::string_view prefix, size_t partition,
                            size_t count) {
  KeyRange range = KeysUnder(prefix);
  range.begin = KeyFrom(prefix, LowestOf(partition, count));
  if (partition + 1 < count) {
    range.end = KeyFrom(prefix, LowestOf(partition + 1, count));
  }
  return range;
}

}  // namespace pki
