// This program again, in another process, with pipes to and from it.
#ifndef PKI_CAPI_DURABILITY_CHILD_PROCESS_H_
#define PKI_CAPI_DURABILITY_CHILD_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pki {

// What the child finds as its argv[0].
inline constexpr char kChildName[] = "child";

// For one thread.
class ChildProcess {
 public:
  // Starts this program with `arguments`. A test in which that fails ends.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  // Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Writes one line to its standard input.
  void WriteLine(absl::string_view line);
  // The next whole line of its standard output; none when there is no more.
  std::optional<std::string> ReadLine();
  // Lets it write so many lines, and run for so long after that; then kills it.
  // Every whole line that it wrote.
  std::vector<std::string> KillAfter(size_t lines,
                                     std::chrono::microseconds time);
  // Waits for its end. The exit status; -n when signal n ended it.
  int Wait();

 private:
  // Reads some bytes, until `timer`, a descriptor, is readable; -1 for no
  // timer. False when there are no more.
  bool Read(int timer);
  // The first whole line that was read, which is then no more.
  std::optional<std::string> TakeLine();

  pid_t pid_ = -1;
  int input_ = -1;   // its standard input
  int output_ = -1;  // its standard output
  std::string read_;
};

// Lines to one descriptor from many threads, each whole.
class LineWriter {
 public:
  explicit LineWriter(int descriptor) : descriptor_(descriptor) {}

  // With write(2), before it returns. Ends the process when nobody reads.
  void Write(absl::string_view line);

 private:
  const int descriptor_;
  std::mutex mutex_;  // held while a line is written
};

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_CHILD_PROCESS_H_
