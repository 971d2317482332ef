#include "capi/cli/files.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace pkictl {
namespace {

namespace fs = std::filesystem;

std::string BytesOf(std::istream& in) {
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

class FilesTest : public testing::Test {
 protected:
  FilesTest() { fs::create_directory(folder_); }
  ~FilesTest() override { fs::remove_all(folder_); }

  size_t CountFiles() const {
    return std::distance(fs::directory_iterator(folder_), {});
  }

  const std::string folder_ = testing::TempDir() + "files";
  const std::string path_ = folder_ + "/one";
};

TEST_F(FilesTest, WritesWhatItReads) {
  const std::string bytes("\0\xff\n", 3);
  ASSERT_TRUE(WriteFile(path_, bytes).ok());
  EXPECT_EQ(*ReadFile(path_), bytes);
  EXPECT_EQ(CountFiles(), 1u);
  EXPECT_FALSE(ReadFile(folder_ + "/none").ok());
  EXPECT_FALSE(WriteFile(folder_ + "/none/one", bytes).ok());
  EXPECT_FALSE(WriteFile(folder_, bytes).ok());
}

TEST_F(FilesTest, WritesWhereItIs) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  EXPECT_TRUE(WriteFile("one", "here").ok());
  fs::current_path(before);
  EXPECT_EQ(*ReadFile(path_), "here");
}

TEST_F(FilesTest, AReaderKeepsTheOldFile) {
  ASSERT_TRUE(WriteFile(path_, "the old one").ok());
  std::ifstream reader(path_);
  ASSERT_TRUE(WriteFile(path_, "a new one").ok());
  EXPECT_EQ(BytesOf(reader), "the old one");
  EXPECT_EQ(*ReadFile(path_), "a new one");
}

TEST_F(FilesTest, WhatFailsLeavesTheOldFile) {
  ASSERT_TRUE(WriteFile(path_, "the old one").ok());
  rlimit old;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = old;
  small.rlim_cur = 4096;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_FALSE(WriteFile(path_, std::string(100000, 'x')).ok());
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  EXPECT_EQ(*ReadFile(path_), "the old one");
  EXPECT_EQ(CountFiles(), 1u);
}

TEST_F(FilesTest, KeepsPermissionsAndLinks) {
  const mode_t mask = umask(027);
  ASSERT_TRUE(WriteFile(path_, "1").ok());
  umask(mask);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0640));
  fs::permissions(path_, fs::perms(0604));
  fs::create_symlink("one", folder_ + "/link");
  ASSERT_TRUE(WriteFile(folder_ + "/link", "2").ok());
  EXPECT_TRUE(fs::is_symlink(folder_ + "/link"));
  EXPECT_EQ(*ReadFile(path_), "2");
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0604));
}

TEST_F(FilesTest, WritesIntoPipes) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  // Open at both ends, so that neither waits.
  const int ends = open(path_.c_str(), O_RDWR);
  ASSERT_GE(ends, 0);
  EXPECT_TRUE(WriteFile(path_, "a pipe").ok());
  std::string bytes(6, '\0');
  EXPECT_EQ(read(ends, &bytes[0], bytes.size()), 6);
  EXPECT_EQ(bytes, "a pipe");
  close(ends);
  EXPECT_TRUE(fs::is_fifo(path_));
}

}  // namespace
}  // namespace pkictl
