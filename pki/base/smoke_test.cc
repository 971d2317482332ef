// Shows that every system library links. Goes when real tests exist.
#include <benchmark/benchmark.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bytestring.h>
#include <openssl/sha.h>
#include <re2/re2.h>
#include <sqlite3.h>

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "pki/base/smoke.pb.h"

namespace {

TEST(SmokeTest, Protobuf) {
  const google::protobuf::FieldDescriptor* field =
      pki::smoke::Smoke::descriptor()->FindFieldByName("name");
  EXPECT_EQ(field->options().GetExtension(pki::smoke::max_length), 7u);
}

TEST(SmokeTest, Abseil) {
  absl::Status status = absl::InvalidArgumentError("x");
  status.SetPayload("p", absl::Cord("payload"));
  absl::StatusOr<int> value = status;
  EXPECT_EQ(*value.status().GetPayload("p"), "payload");
  absl::flat_hash_map<std::string, int> map = {{"a", 1}};
  absl::flat_hash_set<std::string> set = {"a"};
  EXPECT_THAT(map, testing::SizeIs(set.size()));
  absl::InlinedVector<int, 2> vector = {1, 2, 3};
  EXPECT_EQ(absl::MakeSpan(vector).at(2), 3);
  EXPECT_EQ(absl::StrFormat("%d", 1), absl::StrCat(1));
  EXPECT_EQ(absl::BytesToHexString("a"), "61");
  std::vector<std::string> parts = absl::StrSplit("a,b", ',');
  EXPECT_EQ(parts.size(), 2u);
  EXPECT_EQ(absl::FormatTime(absl::FromUnixSeconds(0), absl::UTCTimeZone()),
            "1970-01-01T00:00:00+00:00");
  EXPECT_EQ(absl::CivilDay(2024, 2, 30), absl::CivilDay(2024, 3, 1));
  EXPECT_EQ(absl::optional<int>(1).value(), 1);
}

TEST(SmokeTest, Others) {
  CBS cbs;
  const uint8_t der[] = {0x05, 0x00};
  CBS_init(&cbs, der, sizeof(der));
  CBS child;
  EXPECT_TRUE(CBS_get_asn1(&cbs, &child, CBS_ASN1_NULL));
  uint8_t digest[SHA256_DIGEST_LENGTH];
  EXPECT_NE(SHA256(der, sizeof(der), digest), nullptr);
  EXPECT_TRUE(RE2::FullMatch("abc", "a.c"));
  EXPECT_STREQ(sqlite3_libversion(), SQLITE_VERSION);
  EXPECT_EQ(nlohmann::json::parse("[1]").size(), 1u);
  benchmark::DoNotOptimize(cbs);
}

}  // namespace
