// Records that are there, absent, or not to be read.
#include "pki/store/record.h"

#include <memory>

#include "gtest/gtest.h"
#include "pki/store/memory_store.h"
#include "pki/testing/failing_ports.h"
#include "pki/testing/status_matchers.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

class ReadRecordTest : public testing::Test {
 protected:
  absl::StatusOr<std::optional<Stored<v1::TokenRecord>>> Read() {
    return ReadRecord<v1::TokenRecord>(store_, "key");
  }
  void Put(const Bytes& value) {
    EXPECT_THAT(store_.Commit({{}, {{"key", value}}, {}}), IsOk());
  }
  Bytes OfFormat(uint32_t format) {
    v1::TokenRecord record;
    record.set_format(format);
    record.set_arn("arn");
    return record.SerializeAsString();
  }

  FailingStore store_{std::make_shared<MemoryStore>()};
};

TEST_F(ReadRecordTest, GivesTheRecordAndItsVersion) {
  const auto absent = Read();
  ASSERT_THAT(absent, IsOk());
  EXPECT_FALSE(absent->has_value());
  Put(OfFormat(kRecordFormat));
  const auto found = Read();
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->record.arn(), "arn");
  EXPECT_EQ((*found)->version, store_.Get("key").value()->version);
}

TEST_F(ReadRecordTest, RefusesWhatItCannotRead) {
  for (const Bytes& damaged : {Bytes(), Bytes("\xff"), OfFormat(0)}) {
    Put(damaged);
    EXPECT_THAT(Read(), IsRefusal(v1::REASON_RECORD_DAMAGED, ""));
  }
  Put(OfFormat(kRecordFormat + 1));
  EXPECT_THAT(Read(), IsRefusal(v1::REASON_RECORD_FORMAT, ""));
  store_.FailAt(1);
  EXPECT_THAT(Read(), IsRefusal(v1::REASON_STORE_FAILED));
}

}  // namespace
}  // namespace pki
