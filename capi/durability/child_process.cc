// Processes, pipes and a timer.
#include "capi/durability/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

extern char** environ;

namespace pki {
namespace {

constexpr size_t kReadSize = 65536;
constexpr long kMicrosPerSecond = 1000000;
constexpr long kNanosPerMicro = 1000;

// Without the operating system's help there is nothing to test.
void Require(bool done, const char* what) {
  if (done) return;
  std::perror(what);
  std::abort();
}

void WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(descriptor, bytes.data(), bytes.size());
    Require(size >= 0 || errno == EINTR, "write");
    if (size > 0) bytes.remove_prefix(static_cast<size_t>(size));
  }
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  int to_child[2];
  int from_child[2];
  Require(pipe2(to_child, O_CLOEXEC) == 0, "pipe2");
  Require(pipe2(from_child, O_CLOEXEC) == 0, "pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to_child[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from_child[1], STDOUT_FILENO);
  std::vector<std::string> copies = arguments;
  copies.insert(copies.begin(), kChildName);
  std::vector<char*> argv;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  errno = posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(),
                      environ);
  Require(errno == 0, "posix_spawn");
  posix_spawn_file_actions_destroy(&actions);
  close(to_child[0]);
  close(from_child[1]);
  input_ = to_child[1];
  output_ = from_child[0];
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    Wait();
  }
  close(input_);
  close(output_);
}

void ChildProcess::WriteLine(absl::string_view line) {
  WriteAll(input_, std::string(line) + "\n");
}

std::optional<std::string> ChildProcess::TakeLine() {
  const size_t end = read_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = read_.substr(0, end);
  read_.erase(0, end + 1);
  return line;
}

bool ChildProcess::Read(int timer) {
  pollfd polled[] = {{output_, POLLIN, 0}, {timer, POLLIN, 0}};
  Require(poll(polled, 2, -1) >= 0 || errno == EINTR, "poll");
  if (polled[1].revents != 0) return false;
  if (polled[0].revents == 0) return true;
  char bytes[kReadSize];
  const ssize_t size = read(output_, bytes, sizeof(bytes));
  Require(size >= 0, "read");
  read_.append(bytes, static_cast<size_t>(size));
  return size > 0;
}

std::optional<std::string> ChildProcess::ReadLine() {
  while (true) {
    if (auto line = TakeLine()) return line;
    if (!Read(-1)) return std::nullopt;
  }
}

std::vector<std::string> ChildProcess::KillAfter(
    size_t lines, std::chrono::microseconds time) {
  std::vector<std::string> taken;
  while (taken.size() < lines) {
    auto line = ReadLine();
    if (!line.has_value()) break;
    taken.push_back(*std::move(line));
  }
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  Require(timer >= 0, "timerfd_create");
  // A timer of 0 would never end.
  const auto micros = static_cast<long>(time.count()) + 1;
  itimerspec when = {};
  when.it_value.tv_sec = micros / kMicrosPerSecond;
  when.it_value.tv_nsec = micros % kMicrosPerSecond * kNanosPerMicro;
  Require(timerfd_settime(timer, 0, &when, nullptr) == 0, "timerfd_settime");
  while (Read(timer)) {
  }
  close(timer);
  kill(pid_, SIGKILL);
  // What it wrote is still in the pipe.
  while (Read(-1)) {
  }
  while (auto line = TakeLine()) taken.push_back(*std::move(line));
  return taken;
}

int ChildProcess::Wait() {
  int status = 0;
  Require(waitpid(pid_, &status, 0) == pid_, "waitpid");
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void LineWriter::Write(absl::string_view line) {
  const std::string text = std::string(line) + "\n";
  const std::lock_guard<std::mutex> lock(mutex_);
  WriteAll(descriptor_, text);
}

}  // namespace pki
