// What a sink has after objects were copied to it.
#include "pki/object/object_sink.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/object/object_writer.h"
#include "pki/store/memory_store.h"
#include "pki/testing/failing_ports.h"
#include "pki/testing/seeded_entropy.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

// Keeps what it is given, after `meanwhile` has run once.
class MapSink : public ObjectSink {
 public:
  absl::Status Put(const ObjectReader& object) override {
    if (meanwhile != nullptr) std::exchange(meanwhile, nullptr)();
    ++puts;
    PKI_ASSIGN_OR_RETURN(objects[object.name().key], object.Read(0, SIZE_MAX));
    return refusal;
  }

  std::function<void()> meanwhile;
  std::map<std::string, Bytes> objects;
  int puts = 0;
  absl::Status refusal;
};

class ObjectSinkTest : public ::testing::Test {
 protected:
  void Put(absl::string_view content) {
    const auto writer = ObjectWriter::New(&store_, entropy_, absl::UnixEpoch());
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT((*writer)->Append(content), IsOk());
    ASSERT_THAT((*writer)->Publish(name_, "", "text/plain", {}), IsOk());
  }

  const ObjectName name_{"bucket", "key"};
  FailingStore store_{std::make_shared<MemoryStore>()};
  SeededEntropy entropy_{"sink"};
  MapSink sink_;
};

TEST_F(ObjectSinkTest, HasWhatIsInTheStore) {
  EXPECT_THAT(CopyObject(&store_, name_, &sink_), IsOk());
  EXPECT_EQ(sink_.puts, 0);
  Put("content");
  EXPECT_THAT(CopyObject(&store_, name_, nullptr), IsOk());
  EXPECT_THAT(CopyObject(&store_, name_, &sink_), IsOk());
  EXPECT_EQ(sink_.objects["key"], "content");
  EXPECT_EQ(sink_.puts, 1);
}

TEST_F(ObjectSinkTest, HasWhatReplacedItMeanwhile) {
  Put("old");
  sink_.meanwhile = [this] { Put("new"); };
  EXPECT_THAT(CopyObject(&store_, name_, &sink_), IsOk());
  EXPECT_EQ(sink_.objects["key"], "new");
  // Also when the old one could still be read.
  sink_.objects.clear();
  Put("");
  sink_.meanwhile = [this] { Put("newest"); };
  EXPECT_THAT(CopyObject(&store_, name_, &sink_), IsOk());
  EXPECT_EQ(sink_.objects["key"], "newest");
}

TEST_F(ObjectSinkTest, IsNotFilledForEver) {
  Put("old");
  const std::function<void()> again = [this, &again] {
    Put("new");
    sink_.meanwhile = again;
  };
  sink_.meanwhile = again;
  EXPECT_THAT(CopyObject(&store_, name_, &sink_),
              IsRefusal(v1::REASON_OBJECT_CHANGED));
}

TEST_F(ObjectSinkTest, FailsWithTheSinkOrTheStore) {
  Put("content");
  sink_.refusal = Refuse(v1::REASON_OBJECT_CALLBACK, "", "no");
  EXPECT_THAT(CopyObject(&store_, name_, &sink_),
              IsRefusal(v1::REASON_OBJECT_CALLBACK));
  sink_.refusal = absl::OkStatus();
  for (int nth = 1; nth <= 3; ++nth) {
    store_.FailAt(nth);
    EXPECT_THAT(CopyObject(&store_, name_, &sink_),
                IsRefusal(v1::REASON_STORE_FAILED));
  }
}

}  // namespace
}  // namespace pki
