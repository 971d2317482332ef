// Keys and passphrases from files. The terminal is in pkictl_prompt_test.sh.
#include "capi/cli/secret.h"

#include <sys/stat.h>

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

std::string File(const std::string& content, mode_t mode = 0600) {
  static int count = 0;
  std::string path = absl::StrCat(testing::TempDir(), "/secret", ++count);
  std::ofstream(path, std::ios::binary) << content;
  EXPECT_EQ(chmod(path.c_str(), mode), 0);
  return path;
}

TEST(ReadKeyFileTest, TakesBytesAndDigits) {
  const std::string bytes =
      std::string("\x00\n\xff", 3) + std::string(28, 'k') + "\n";
  const auto raw = ReadKeyFile(File(bytes));
  ASSERT_TRUE(raw.ok()) << raw.status();
  EXPECT_EQ(View(raw->key), bytes);
  EXPECT_TRUE(raw->passphrase.empty());

  for (const char* end : {"", "\n", "\r\n"}) {
    const auto digits =
        ReadKeyFile(File(absl::StrCat("00ffAa", std::string(58, '1'), end)));
    ASSERT_TRUE(digits.ok()) << digits.status();
    EXPECT_EQ(View(digits->key),
              std::string("\x00\xff\xaa", 3) + std::string(29, '\x11'));
  }
}

TEST(ReadKeyFileTest, RefusesWhatIsNoKey) {
  for (const std::string& content :
       {std::string(), std::string(31, 'k'), std::string(33, 'k'),
        std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'),
        "0x" + std::string(62, '1'), "-1" + std::string(62, '1'),
        std::string(64, '1') + "\n\n", std::string(5000, '1')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadKeyFile(File(content)).status()))
        << content;
  }
  EXPECT_TRUE(
      absl::IsNotFound(ReadKeyFile(testing::TempDir() + "/missing").status()));
  EXPECT_TRUE(absl::IsNotFound(ReadKeyFile(testing::TempDir()).status()));
}

TEST(ReadPassphraseFileTest, TakesALine) {
  for (const char* end : {"", "\n", "\r\n"}) {
    const auto key = ReadPassphraseFile(File(absl::StrCat(" a b ", end)));
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(View(key->passphrase), " a b ");
    EXPECT_TRUE(key->key.empty());
  }
  // As long as it may be.
  const auto long_one = ReadPassphraseFile(File(std::string(4096, 'p')));
  ASSERT_TRUE(long_one.ok()) << long_one.status();
  EXPECT_EQ(View(long_one->passphrase), std::string(4096, 'p'));
}

TEST(ReadPassphraseFileTest, RefusesNoneAndTooMuch) {
  for (const std::string& content :
       {std::string(), std::string("\n"), std::string(4097, 'p')}) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(ReadPassphraseFile(File(content)).status()));
  }
}

TEST(SecretFileTest, RefusesWhatOthersMayUse) {
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0644, 0666, 0440}) {
    const std::string path = File(std::string(32, 'k'), mode);
    EXPECT_TRUE(absl::IsPermissionDenied(ReadKeyFile(path).status()));
    EXPECT_TRUE(absl::IsPermissionDenied(ReadPassphraseFile(path).status()));
  }
  EXPECT_TRUE(ReadKeyFile(File(std::string(32, 'k'), 0400)).ok());
}

}  // namespace
}  // namespace pkictl
