// Keys and passphrases from files and from the terminal.
#include "capi/cli/secret.h"

#include <bsd/readpassphrase.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace pkictl {
namespace {

constexpr size_t kKeySize = 32;
// No passphrase that a person means is longer.
constexpr size_t kMaxSize = 4096;

absl::Status Failure(const std::string& path) {
  return absl::NotFoundError(
      absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
}

// A pipe or a terminal is not to be read by others anyway, and the files of
// another user are that one's care.
absl::Status CheckMode(const std::string& path, int file) {
  struct stat status;
  if (fstat(file, &status) != 0) return Failure(path);
  const mode_t open_to_others = status.st_mode & (S_IRWXG | S_IRWXO);
  if (!S_ISREG(status.st_mode) || status.st_uid != getuid() ||
      open_to_others == 0) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(absl::StrFormat(
      "%s holds a secret, and its mode %04o lets others at it: chmod 600 %s",
      path, status.st_mode & ACCESSPERMS, path));
}

// Closes a file descriptor at the end of its scope.
class FileCloser {
 public:
  explicit FileCloser(int file) : file_(file) {}
  ~FileCloser() { close(file_); }
  FileCloser(const FileCloser&) = delete;
  FileCloser& operator=(const FileCloser&) = delete;

 private:
  const int file_;
};

// Past every buffer that would keep a copy.
absl::StatusOr<Secret> ReadSecret(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Failure(path);
  const FileCloser closer(file);
  absl::Status mode = CheckMode(path, file);
  if (!mode.ok()) return mode;
  Secret secret(kMaxSize + 1);
  size_t size = 0;
  while (size < secret.size()) {
    const ssize_t count =
        read(file, secret.data() + size, secret.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failure(path);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size > kMaxSize) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds more than ", kMaxSize, " bytes"));
  }
  secret.resize(size);
  return secret;
}

absl::string_view WithoutNewline(absl::string_view text) {
  if (absl::EndsWith(text, "\n")) text.remove_suffix(1);
  if (absl::EndsWith(text, "\r")) text.remove_suffix(1);
  return text;
}

// Empty when `digits` are not those of a key.
Secret KeyOfHex(absl::string_view digits) {
  if (digits.size() != 2 * kKeySize) return {};
  Secret key(kKeySize);
  for (size_t i = 0; i < kKeySize; ++i) {
    const char* const end = digits.data() + 2 * i + 2;
    unsigned char byte = 0;
    if (std::from_chars(end - 2, end, byte, 16).ptr != end) return {};
    key[i] = static_cast<char>(byte);
  }
  return key;
}

absl::StatusOr<Secret> AskOnce(const std::string& prompt) {
  Secret line(kMaxSize + 2);
  if (readpassphrase(prompt.c_str(), line.data(), line.size(),
                     RPP_REQUIRE_TTY) == nullptr) {
    return absl::UnavailableError("no terminal to ask for a passphrase on");
  }
  line.resize(std::strlen(line.data()));
  if (line.empty()) return absl::CancelledError("no passphrase was given");
  if (line.size() > kMaxSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a passphrase has at most ", kMaxSize, " bytes"));
  }
  return line;
}

}  // namespace

absl::StatusOr<SealingKey> ReadKeyFile(const std::string& path) {
  auto bytes = ReadSecret(path);
  if (!bytes.ok()) return bytes.status();
  SealingKey key;
  key.key = bytes->size() == kKeySize ? *std::move(bytes)
                                      : KeyOfHex(WithoutNewline(View(*bytes)));
  if (!key.empty()) return key;
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is no key: that is ", kKeySize, " bytes, or ",
                   2 * kKeySize, " hexadecimal digits"));
}

absl::StatusOr<SealingKey> ReadPassphraseFile(const std::string& path) {
  auto bytes = ReadSecret(path);
  if (!bytes.ok()) return bytes.status();
  bytes->resize(WithoutNewline(View(*bytes)).size());
  SealingKey key;
  key.passphrase = *std::move(bytes);
  if (!key.empty()) return key;
  return absl::InvalidArgumentError(absl::StrCat(path, " is empty"));
}

absl::StatusOr<SealingKey> AskPassphrase(const std::string& whose,
                                         bool is_new) {
  auto first = AskOnce(absl::StrCat(
      is_new ? "New passphrase of " : "Passphrase of ", whose, ": "));
  if (!first.ok()) return first.status();
  if (is_new) {
    const auto again = AskOnce("The same again: ");
    if (!again.ok()) return again.status();
    if (*again != *first) {
      return absl::InvalidArgumentError("the two passphrases differ");
    }
  }
  SealingKey key;
  key.passphrase = *std::move(first);
  return key;
}

}  // namespace pkictl
