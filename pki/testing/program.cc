// posix_spawn, and files under the test's scratch folder.
#include "pki/testing/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

extern char** environ;

namespace pki {
namespace {

constexpr int kNotFound = 127;
constexpr int kSignalBase = 128;

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

ProgramResult RunProgram(const std::vector<std::string>& argv) {
  const std::string log = NewTestPath("output");
  FileActions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(actions.get(), STDOUT_FILENO, STDERR_FILENO);
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const std::string& argument : argv) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  pid_t process = 0;
  if (posix_spawnp(&process, arguments[0], actions.get(), nullptr,
                   arguments.data(), environ) != 0) {
    return {kNotFound, absl::StrCat(argv[0], " cannot be run")};
  }
  int state = 0;
  while (waitpid(process, &state, 0) < 0 && errno == EINTR) {
  }
  return {WIFEXITED(state) ? WEXITSTATUS(state) : kSignalBase + WTERMSIG(state),
          ReadTestFile(log)};
}

std::string NewTestPath(absl::string_view name) {
  static std::atomic<int> count{0};
  return absl::StrCat(testing::TempDir(), "/", getpid(), "-", ++count, "-",
                      name);
}

std::string WriteTestFile(absl::string_view name, absl::string_view content) {
  std::string path = NewTestPath(name);
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  EXPECT_TRUE(file.flush()) << path;
  return path;
}

Bytes ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

}  // namespace pki
