// Files that appear complete.
#include "pki/store/new_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

namespace fs = std::filesystem;

std::string NewFolder() {
  static int count = 0;
  std::string folder = absl::StrCat(testing::TempDir(), "/new-", ++count);
  fs::create_directories(folder);
  return folder;
}

TEST(NewFileTest, AppearsUnderItsNameWhenPublished) {
  const std::string folder = NewFolder();
  const std::string path = folder + "/file";
  {
    auto file = NewFile::Create(path);
    ASSERT_THAT(file.status(), IsOk());
    std::ofstream(file->temporary_path()) << "content";
    EXPECT_FALSE(fs::exists(path));
    const auto published = file->Publish();
    ASSERT_THAT(published.status(), IsOk());
    EXPECT_TRUE(*published);
  }
  EXPECT_EQ(fs::file_size(path), 7u);
  EXPECT_EQ(fs::status(path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  // The temporary name is gone.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST(NewFileTest, LeavesNothingWhenNotPublished) {
  const std::string folder = NewFolder();
  ASSERT_THAT(NewFile::Create(folder + "/file").status(), IsOk());
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST(NewFileTest, ReplacesNothing) {
  const std::string path = NewFolder() + "/file";
  std::ofstream(path) << "mine";
  auto file = NewFile::Create(path);
  ASSERT_THAT(file.status(), IsOk());
  const auto published = file->Publish();
  ASSERT_THAT(published.status(), IsOk());
  EXPECT_FALSE(*published);
  EXPECT_EQ(fs::file_size(path), 4u);
}

TEST(NewFileTest, FolderMustBeThere) {
  EXPECT_THAT(NewFile::Create(NewFolder() + "/none/file").status(),
              IsRefusal(v1::REASON_STORE_FAILED));
}

}  // namespace
}  // namespace pki
