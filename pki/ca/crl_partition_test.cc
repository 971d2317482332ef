// Every serial is in one partition, and its key is in that partition's range.
#include "pki/ca/crl_partition.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/testing/seeded_entropy.h"

namespace pki {
namespace {

constexpr char kPrefix[] = "revoked/id/";
constexpr size_t kSerialSize = 16;

std::string KeyOf(const Bytes& serial) {
  return absl::StrCat(kPrefix, Hex(View(serial)));
}

bool IsIn(const std::string& key, const KeyRange& range) {
  return range.begin <= key && key < range.end;
}

TEST(CrlPartitionTest, EverySerialIsInOneRange) {
  for (const size_t count : {1, 3, 16, 64, 255, 256}) {
    for (int first = 0; first < 256; ++first) {
      for (const char rest : {'\0', '\xff'}) {
        Bytes serial(kSerialSize, rest);
        serial[0] = static_cast<char>(first);
        const size_t own = CrlPartitionOf(View(serial), count);
        ASSERT_LT(own, count);
        for (size_t i = 0; i < count; ++i) {
          EXPECT_EQ(IsIn(KeyOf(serial), KeysOfCrlPartition(kPrefix, i, count)),
                    i == own)
              << count << " " << first << " " << i;
        }
      }
    }
  }
}

TEST(CrlPartitionTest, AShortSerialBeginsWithZeros) {
  const uint8_t serial[] = {0xff, 0x01};
  EXPECT_EQ(CrlPartitionOf(serial, kCrlPartitions), 0u);
}

// Of a million, each partition has 15,625, give or take 124 (one standard
// deviation of the binomial distribution).
TEST(CrlPartitionTest, AMillionSerialsSpreadEvenly) {
  constexpr int kSerials = 1'000'000;
  constexpr int kMean = kSerials / kCrlPartitions;
  constexpr int kSixDeviations = 744;
  SeededEntropy entropy("partitions");
  std::vector<int> sizes(kCrlPartitions);
  for (int i = 0; i < kSerials; ++i) {
    uint8_t serial[kSerialSize];
    ASSERT_TRUE(entropy.Fill(serial, kSerialSize).ok());
    ++sizes[CrlPartitionOf(serial, kCrlPartitions)];
  }
  for (const int size : sizes) EXPECT_NEAR(size, kMean, kSixDeviations);
}

}  // namespace
}  // namespace pki
