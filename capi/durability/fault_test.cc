// An engine on a disk that fails, fills up, loses its power, or changes what it
// was given: whatever the engine had answered holds afterwards, and what it
// cannot know it refuses.
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "capi/durability/abi_client.h"
#include "capi/durability/answer.h"
#include "capi/durability/checker.h"
#include "capi/durability/workload.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/testing/fault_vfs.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

// Where SQLite finds its files while this lives.
class DefaultDisk : public FaultVfs {
 public:
  DefaultDisk() : before_(sqlite3_vfs_find(nullptr)) {
    sqlite3_vfs_register(sqlite3_vfs_find(name().c_str()), 1);
  }
  ~DefaultDisk() override { sqlite3_vfs_register(before_, 1); }

 private:
  sqlite3_vfs* const before_;
};

std::string NewFolder() {
  std::string folder = NewTestPath("fault");
  fs::create_directory(folder);
  return folder;
}

std::string StoreIn(const std::string& folder) { return folder + "/store.db"; }

// What was answered about a store.
struct Past {
  int failures = 0;
  Answers answers;
  Problems problems;
};

// Runs the whole table on the store of the folder, whatever fails: only the
// store may.
Past RunTable(const std::string& folder) {
  Past past;
  const auto expect_storage_failure = [&](absl::string_view what,
                                          const absl::Status& status) {
    if (status.ok()) return;
    ++past.failures;
    EXPECT_EQ(DetailOf(status).code(), v1::STORAGE_FAILURE)
        << what << ": " << status;
  };
  const auto client = AbiClient::Open(DurableConfiguration(StoreIn(folder)));
  expect_storage_failure("open", client.status());
  if (!client.ok()) return past;
  World world(StoreIn(folder));
  Worker worker(**client, world, 0, [&](const Answer& answer) {
    past.answers.Add(answer, &past.problems);
  });
  worker.RunAll(expect_storage_failure);
  return past;
}

// The store in the folder, on a sound disk, has all that was answered.
void ExpectSound(const std::string& folder, Past past) {
  CheckFile(StoreIn(folder), past.answers, &past.problems);
  EXPECT_THAT(past.problems, IsEmpty());
}

// The same on a copy, from which backups are not to be expected.
void ExpectSoundCopy(const std::string& folder, Past past) {
  past.answers.TakeBackups();
  ExpectSound(folder, std::move(past));
}

// Every one of the first calls, and then ever fewer: the first make and open
// the store, and the later ones are much alike.
int64_t After(int64_t n) { return n + 1 + n / 8; }

class FailingCallTest : public testing::TestWithParam<DiskCall> {};

TEST_P(FailingCallTest, NoAnswerIsLost) {
  bool failed = true;
  for (int64_t n = 1; failed; n = After(n)) {
    SCOPED_TRACE(n);
    const std::string folder = NewFolder();
    Past past;
    {
      DefaultDisk disk;
      disk.FailAt(GetParam(), n);
      past = RunTable(folder);
      failed = disk.failed();
    }
    ExpectSound(folder, std::move(past));
    if (HasFailure()) return;
    fs::remove_all(folder);
  }
}

INSTANTIATE_TEST_SUITE_P(Disk, FailingCallTest,
                         testing::Values(DiskCall::kOpen, DiskCall::kRead,
                                         DiskCall::kWrite, DiskCall::kTruncate,
                                         DiskCall::kSync,
                                         DiskCall::kMapShared));

TEST(FullDiskTest, NoAnswerIsLost) {
  constexpr int64_t kFirst = 1000;
  bool all_answered = false;
  for (int64_t bytes = 0; !all_answered; bytes = 2 * bytes + kFirst) {
    SCOPED_TRACE(bytes);
    const std::string folder = NewFolder();
    Past past;
    {
      DefaultDisk disk;
      disk.LimitSpace(bytes);
      past = RunTable(folder);
      all_answered = past.failures == 0;
    }
    ExpectSound(folder, std::move(past));
    if (HasFailure()) return;
    fs::remove_all(folder);
  }
}

TEST(PowerLossTest, NoAnswerIsLost) {
  std::mt19937 random(1);
  bool lost = true;
  for (int64_t n = 1; lost; n = After(n)) {
    SCOPED_TRACE(n);
    const std::string folder = NewFolder();
    const std::string after = NewFolder();
    Past past;
    {
      DefaultDisk disk;
      disk.LosePowerAt(n);
      past = RunTable(folder);
      lost = disk.lost_power();
      disk.SaveDisk(after, random);
    }
    ExpectSoundCopy(after, std::move(past));
    if (HasFailure()) return;
    fs::remove_all(folder);
    fs::remove_all(after);
  }
}

// --- Damage -----------------------------------------------------------------

constexpr char kLog[] = "-wal";
constexpr int kDamages = 40;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The two files of a store, and what it had answered by then.
struct Image {
  std::string file;
  std::string log;
  Past past;

  void Save(const std::string& folder) const {
    std::ofstream(StoreIn(folder), std::ios::binary) << file;
    if (log.empty()) return;
    std::ofstream(StoreIn(folder) + kLog, std::ios::binary) << log;
  }
};

// As they are once an engine was closed.
Image ClosedImage() {
  const std::string folder = NewFolder();
  Image image;
  image.past = RunTable(folder);
  image.file = ReadAll(StoreIn(folder));
  return image;
}

// As a process leaves them that is killed after it has run the table on such a
// store.
Image KilledImage() {
  const std::string folder = NewFolder();
  Image image;
  image.past = RunTable(folder);
  const auto client = AbiClient::Open(
      DurableConfiguration(StoreIn(folder), image.past.answers.key_number()));
  EXPECT_THAT(client, IsOk());
  World world(StoreIn(folder), image.past.answers.key_number());
  Worker worker(**client, world, 1, [&](const Answer& answer) {
    image.past.answers.Add(answer, &image.past.problems);
  });
  worker.RunAll([](absl::string_view line, const absl::Status& status) {
    EXPECT_THAT(status, IsOk()) << line;
  });
  image.file = ReadAll(StoreIn(folder));
  image.log = ReadAll(StoreIn(folder) + kLog);
  EXPECT_FALSE(image.log.empty());
  return image;
}

// Asks an engine on a damaged store for everything that was answered. It
// refuses, or answers the same; `may_be_older`: or as the store was earlier.
// Whether anything was refused.
bool RefusesOrKnows(const Image& image, bool may_be_older) {
  const std::string folder = NewFolder();
  image.Save(folder);
  bool refused = false;
  const auto check = [&](const absl::Status& status) {
    if (status.ok()) return;
    refused = true;
    const v1::ErrorCode code = DetailOf(status).code();
    const bool is_older =
        may_be_older && (code == v1::RESOURCE_NOT_FOUND_EXCEPTION ||
                         code == v1::INVALID_STATE_EXCEPTION);
    EXPECT_TRUE(code == v1::STORAGE_FAILURE || is_older) << status;
  };
  // The log may have the last rewrapping of the keys alone.
  int key_number = image.past.answers.key_number() - 1;
  const auto client =
      OpenAfterCrash(DurableConfiguration(StoreIn(folder)), &key_number);
  if (!client.ok()) {
    check(AbiClient::Open(DurableConfiguration(StoreIn(folder),
                                               image.past.answers.key_number()))
              .status());
    EXPECT_TRUE(refused);
    return true;
  }
  World world(StoreIn(folder), key_number);
  Past now = image.past;
  Worker worker(**client, world, 1, [&](const Answer& answer) {
    now.answers.Add(answer, &now.problems);
  });
  for (const auto& [arn, certificates] : image.past.answers.promised()) {
    if (IsCertificateArn(arn)) {
      check(worker.Get(arn).status());
    } else {
      check(worker.Issue(arn).status());
    }
  }
  EXPECT_THAT(now.problems, IsEmpty());
  fs::remove_all(folder);
  return refused;
}

void FlipBit(std::string& bytes, std::mt19937& random) {
  const size_t bit = random() % (bytes.size() * 8);
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
}

void Truncate(std::string& bytes, std::mt19937& random) {
  bytes.resize(random() % bytes.size());
}

// One kind of damage. What was in the log alone may be gone with it, as if it
// had never been.
struct Damage {
  const char* name;
  bool killed;
  void (*damage)(Image& image, std::mt19937& random);
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

const Damage kAllDamages[] = {
    {"FlippedFile", false,
     [](Image& image, std::mt19937& random) { FlipBit(image.file, random); }},
    {"TruncatedFile", false,
     [](Image& image, std::mt19937& random) { Truncate(image.file, random); }},
    {"FlippedLog", true,
     [](Image& image, std::mt19937& random) { FlipBit(image.log, random); }},
    {"TruncatedLog", true,
     [](Image& image, std::mt19937& random) { Truncate(image.log, random); }},
    {"FlippedFileWithLog", true,
     [](Image& image, std::mt19937& random) { FlipBit(image.file, random); }},
};

class DamageTest : public testing::TestWithParam<Damage> {};

TEST_P(DamageTest, NothingWrongIsAnswered) {
  const Damage& damage = GetParam();
  const Image image = damage.killed ? KilledImage() : ClosedImage();
  EXPECT_FALSE(RefusesOrKnows(image, false));
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < kDamages; ++i) {
    SCOPED_TRACE(i);
    Image damaged = image;
    damage.damage(damaged, random);
    if (RefusesOrKnows(damaged, damage.killed)) ++refused;
    if (HasFailure()) return;
  }
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, DamageTest, testing::ValuesIn(kAllDamages),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace pki
