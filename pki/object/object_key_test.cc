// Keys of objects and of their parts.
#include "pki/object/object_key.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(ObjectKeyTest, GoesThereAndBack) {
  const ObjectName names[] = {
      {"bucket", "audit-report/id/uuid.json"},
      {"a/b", "c"},
      {"a", "b/c"},
      {"bucket", ""},
      {"bucket", "%2F"},
  };
  for (const ObjectName& name : names) {
    const ObjectName again = ObjectNameOf(ObjectKey(name));
    EXPECT_EQ(again.bucket, name.bucket);
    EXPECT_EQ(again.key, name.key);
  }
  EXPECT_EQ(ObjectKey({"bucket", "crl/id.crl"}), "object/bucket/crl/id.crl");
  EXPECT_NE(ObjectKey({"a/b", "c"}), ObjectKey({"a", "b/c"}));
}

bool IsIn(const std::string& key, const KeyRange& range) {
  return range.begin <= key && key < range.end;
}

TEST(ObjectKeyTest, RangesHaveTheirBucketAndPrefix) {
  const std::string key = ObjectKey({"bucket", "crl/id.crl"});
  EXPECT_TRUE(IsIn(key, ObjectsUnder("", "")));
  EXPECT_TRUE(IsIn(key, ObjectsUnder("bucket", "")));
  EXPECT_TRUE(IsIn(key, ObjectsUnder("bucket", "crl/i")));
  EXPECT_FALSE(IsIn(key, ObjectsUnder("bucket", "crl/x")));
  EXPECT_FALSE(IsIn(key, ObjectsUnder("buck", "")));
  EXPECT_FALSE(IsIn(key, ObjectsUnder("bucket/crl", "")));
}

TEST(ContentIdTest, IsInTheOrderOfTime) {
  const std::string low(16, '\0');
  const std::string high(16, '\xff');
  const absl::Time time = absl::FromUnixMillis(1772366400123);
  const absl::Time later = time + absl::Milliseconds(1);
  const std::string first = NewContentId(time, View(high));
  const std::string second = NewContentId(later, View(low));
  EXPECT_EQ(first, "019ca9450a7bffffffffffffffffffffffffffffffff");
  EXPECT_LT(first, second);
  EXPECT_LT(NewContentId(absl::FromUnixMillis(-5), View(high)), first);
  EXPECT_LT(NewContentId(absl::FromUnixMillis(253402300799000), View(low)),
            "fffffffffffff");
  EXPECT_TRUE(IsIn(DraftKey(first), DraftsBefore(later)));
  EXPECT_FALSE(IsIn(DraftKey(first), DraftsBefore(time)));
  EXPECT_FALSE(IsIn(DraftKey(second), DraftsBefore(later)));
  EXPECT_TRUE(IsIn(DiscardKey(second), Discards()));
  EXPECT_EQ(ContentIdOf(DraftKey(first)), first);
  EXPECT_EQ(ContentIdOf(DiscardKey(first)), first);
}

TEST(PartKeyTest, IsInTheOrderOfNumbers) {
  EXPECT_EQ(PartKey("id", 7), "part/id/00000007");
  EXPECT_LT(PartKey("id", 99), PartKey("id", 100));
  EXPECT_TRUE(IsIn(PartKey("id", 99999999), PartsOf("id")));
  EXPECT_FALSE(IsIn(PartKey("id2", 0), PartsOf("id")));
}

}  // namespace
}  // namespace pki
