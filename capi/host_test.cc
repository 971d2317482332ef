// The smaller callbacks of a host, as ports. What an engine does with them is
// in pki_engine_test.cc.
#include "capi/host.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "capi/host_struct.h"
#include "pki/base/status.h"
#include "pki/object/object_writer.h"
#include "pki/store/memory_store.h"
#include "pki/testing/seeded_entropy.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

TEST(ProgressTest, IsToldToTheHostWhoMayEndIt) {
  struct Told {
    std::vector<std::pair<uint64_t, uint64_t>> steps;
    int32_t result = 0;
  } told;
  pki_host host = {};
  EXPECT_EQ(ProgressOf(host), nullptr);
  host.context = &told;
  host.progress = [](void* context, uint64_t done, uint64_t total) {
    auto& self = *static_cast<Told*>(context);
    self.steps.emplace_back(done, total);
    return self.result;
  };
  const Progress progress = ProgressOf(host);
  EXPECT_TRUE(progress(0, UINT64_MAX));
  told.result = -1;
  EXPECT_FALSE(progress(7, 9));
  EXPECT_EQ(told.steps, (std::vector<std::pair<uint64_t, uint64_t>>{
                            {0, UINT64_MAX}, {7, 9}}));
}

// What a host keeps of the parts that it gets.
struct ObjectHost {
  std::vector<std::string> parts;
  std::string content;
  int32_t result = 0;

  pki_host host() {
    pki_host filled = {};
    filled.context = this;
    filled.object = [](void* context, const pki_object_part* part) {
      auto& self = *static_cast<ObjectHost*>(context);
      EXPECT_EQ(part->offset, self.content.size());
      EXPECT_NE(std::string(part->content_id), "");
      self.parts.push_back(absl::StrCat(
          part->bucket, ":", part->key, ":", part->content_type, " ",
          part->offset, "+", part->bytes.size, "/", part->object_size));
      absl::StrAppend(&self.content, FromC(part->bytes));
      return self.result;
    };
    return filled;
  }
};

class HostObjectsTest : public testing::Test {
 protected:
  absl::Status Put(size_t size) {
    content_.clear();
    while (content_.size() < size) absl::StrAppend(&content_, content_.size());
    content_.resize(size);
    const ObjectName name{"bucket", "key"};
    const auto writer = ObjectWriter::New(&store_, entropy_, absl::UnixEpoch());
    PKI_RETURN_IF_ERROR((*writer)->Append(content_));
    PKI_RETURN_IF_ERROR((*writer)->Publish(name, "", "text/plain", {}));
    got_ = {};
    got_.result = result_;
    return CopyObject(&store_, name, ObjectSinkOf(got_.host()).get());
  }

  MemoryStore store_;
  SeededEntropy entropy_{"host"};
  std::string content_;
  ObjectHost got_;
  int32_t result_ = 0;
};

TEST_F(HostObjectsTest, ComeInPartsUpToTheLast) {
  EXPECT_EQ(ObjectSinkOf({}), nullptr);
  ASSERT_THAT(Put(2097152 + 5), IsOk());
  EXPECT_EQ(got_.content == content_, true);
  EXPECT_EQ(got_.parts, (std::vector<std::string>{
                            "bucket:key:text/plain 0+1048576/2097157",
                            "bucket:key:text/plain 1048576+1048576/2097157",
                            "bucket:key:text/plain 2097152+5/2097157"}));
  ASSERT_THAT(Put(1048576), IsOk());
  EXPECT_EQ(got_.parts.size(), 1u);
  ASSERT_THAT(Put(0), IsOk());
  EXPECT_EQ(got_.parts,
            (std::vector<std::string>{"bucket:key:text/plain 0+0/0"}));
}

TEST_F(HostObjectsTest, CanBeRefused) {
  result_ = 7;
  EXPECT_THAT(Put(2097152), IsRefusal(v1::REASON_OBJECT_CALLBACK));
  EXPECT_EQ(got_.parts.size(), 1u);
}

}  // namespace
}  // namespace pki
