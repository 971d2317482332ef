// Objects in a folder: whole, replaced, and never outside of it.
#include "capi/object_directory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/object/object_writer.h"
#include "pki/store/memory_store.h"
#include "pki/testing/failing_ports.h"
#include "pki/testing/program.h"
#include "pki/testing/seeded_entropy.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/threads.h"

namespace pki {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class ObjectDirectoryTest : public testing::Test {
 protected:
  ObjectDirectoryTest() : outside_(NewTestPath("outside")) {
    fs::create_directories(outside_ + "/objects");
    directory_ = outside_ + "/objects";
  }

  void PutIntoStore(const ObjectName& name, absl::string_view content) {
    const auto writer = ObjectWriter::New(&store_, entropy_, absl::UnixEpoch());
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT((*writer)->Append(content), IsOk());
    ASSERT_THAT((*writer)->Publish(name, "", "text/plain", {}), IsOk());
  }
  absl::Status Put(const ObjectName& name, absl::string_view content) {
    const auto sink = ObjectDirectoryAt(directory_);
    if (!sink.ok()) return sink.status();
    PutIntoStore(name, content);
    return CopyObject(&store_, name, sink->get());
  }
  // Every file and folder in `folder`, below it.
  static std::set<std::string> In(const std::string& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      names.insert(fs::relative(entry.path(), folder).string());
    }
    return names;
  }

  const std::string outside_;
  std::string directory_;
  FailingStore store_{std::make_shared<MemoryStore>()};
  SeededEntropy entropy_{"directory"};
};

TEST_F(ObjectDirectoryTest, HasEachObjectUnderItsName) {
  const std::string large(2 * ObjectWriter::kPartSize + 5, 'x');
  ASSERT_THAT(Put({"bucket", "a/b/c.json"}, large), IsOk());
  ASSERT_THAT(Put({"bucket", "a/d"}, ""), IsOk());
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/a/b/c.json") == large, true);
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/a/d"), "");
  ASSERT_THAT(Put({"bucket", "a/d"}, "new"), IsOk());
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/a/d"), "new");
  EXPECT_THAT(In(directory_), ElementsAre("bucket", "bucket/a", "bucket/a/b",
                                          "bucket/a/b/c.json", "bucket/a/d"));
}

TEST_F(ObjectDirectoryTest, IsNotLeft) {
  for (const ObjectName& name : {
           ObjectName{"..", "key"},
           ObjectName{"../x", "key"},
           ObjectName{"bucket", ".."},
           ObjectName{"bucket", "../../key"},
           ObjectName{"bucket", "a/../../../key"},
           ObjectName{"bucket", "/etc/key"},
           ObjectName{"/tmp", "key"},
           ObjectName{"bucket", "."},
           ObjectName{"bucket", ""},
           ObjectName{"bucket", "a//b"},
           ObjectName{"bucket", "a/"},
           ObjectName{"bucket", std::string("a\0b", 3)},
           ObjectName{"bucket", std::string(300, 'a')},
       }) {
    EXPECT_THAT(Put(name, "x"), IsRefusal(v1::REASON_OBJECT_DIRECTORY))
        << name.bucket << " " << name.key;
  }
  fs::remove(directory_ + "/bucket");
  EXPECT_THAT(In(outside_), ElementsAre("objects"));
}

TEST_F(ObjectDirectoryTest, IsNotLeftByLinks) {
  fs::create_directories(outside_ + "/other");
  fs::create_directory_symlink(outside_ + "/other", directory_ + "/bucket");
  EXPECT_THAT(Put({"bucket", "key"}, "x"),
              IsRefusal(v1::REASON_OBJECT_DIRECTORY));
  fs::remove(directory_ + "/bucket");
  fs::create_directories(directory_ + "/bucket");
  fs::create_symlink(outside_ + "/other/file", directory_ + "/bucket/key");
  // The link is replaced, not followed.
  EXPECT_THAT(Put({"bucket", "key"}, "x"), IsOk());
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/key"), "x");
  EXPECT_THAT(In(outside_ + "/other"), IsEmpty());
}

TEST_F(ObjectDirectoryTest, HasNoFileThatIsAFolder) {
  ASSERT_THAT(Put({"bucket", "a"}, "x"), IsOk());
  EXPECT_THAT(Put({"bucket", "a/b"}, "x"),
              IsRefusal(v1::REASON_OBJECT_DIRECTORY));
  ASSERT_THAT(Put({"bucket", "c/d"}, "x"), IsOk());
  EXPECT_THAT(Put({"bucket", "c"}, "x"),
              IsRefusal(v1::REASON_OBJECT_DIRECTORY));
  EXPECT_THAT(In(directory_),
              ElementsAre("bucket", "bucket/a", "bucket/c", "bucket/c/d"));
}

TEST_F(ObjectDirectoryTest, KeepsWhatItHadWhenTheStoreFails) {
  ASSERT_THAT(Put({"bucket", "key"}, "old"), IsOk());
  const auto sink = ObjectDirectoryAt(directory_);
  PutIntoStore({"bucket", "key"}, "new");
  store_.FailAt(2);
  EXPECT_THAT(CopyObject(&store_, {"bucket", "key"}, sink->get()),
              IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/key"), "old");
  EXPECT_THAT(In(directory_), ElementsAre("bucket", "bucket/key"));
}

// A crash between creating a file and giving it its name, while another content
// was copied.
TEST_F(ObjectDirectoryTest, TakesOverWhatACrashLeft) {
  fs::create_directories(directory_ + "/bucket");
  fs::copy_file(WriteTestFile("half", "a longer content"),
                directory_ + "/bucket/.key.0");
  ASSERT_THAT(Put({"bucket", "key"}, "content"), IsOk());
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/key"), "content");
  EXPECT_THAT(In(directory_), ElementsAre("bucket", "bucket/key"));
}

TEST_F(ObjectDirectoryTest, LeavesWhatAnotherIsWriting) {
  fs::create_directories(directory_ + "/bucket");
  const std::string others = directory_ + "/bucket/.key.0";
  fs::copy_file(WriteTestFile("half", "cont"), others);
  const int file = open(others.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(flock(file, LOCK_EX), 0);
  ASSERT_THAT(Put({"bucket", "key"}, "content"), IsOk());
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/key"), "content");
  EXPECT_EQ(ReadTestFile(others), "cont");
  close(file);
}

TEST_F(ObjectDirectoryTest, WritesThroughNoLink) {
  fs::create_directories(directory_ + "/bucket");
  fs::create_symlink(outside_ + "/other", directory_ + "/bucket/.key.0");
  EXPECT_THAT(Put({"bucket", "key"}, "x"),
              IsRefusal(v1::REASON_OBJECT_DIRECTORY));
  EXPECT_FALSE(fs::exists(outside_ + "/other"));
}

TEST_F(ObjectDirectoryTest, IsFilledByManyAtOnce) {
  const ObjectName name{"bucket", "a/key"};
  PutIntoStore(name, "content");
  const auto sink = ObjectDirectoryAt(directory_);
  Threads(4).ForEach(100, [&](size_t) {
    EXPECT_THAT(CopyObject(&store_, name, sink->get()), IsOk());
  });
  EXPECT_EQ(ReadTestFile(directory_ + "/bucket/a/key"), "content");
  EXPECT_THAT(In(directory_),
              ElementsAre("bucket", "bucket/a", "bucket/a/key"));
}

TEST_F(ObjectDirectoryTest, MustBeThere) {
  for (const std::string& path :
       {outside_ + "/nothing", WriteTestFile("file", "")}) {
    EXPECT_THAT(ObjectDirectoryAt(path),
                IsRefusal(v1::REASON_CONFIGURATION_OBJECT_DIRECTORY,
                          "Configuration.ObjectDirectory"));
  }
}

}  // namespace
}  // namespace pki
