// Running programs that are not ours, and the files that they read.
#ifndef PKI_TESTING_PROGRAM_H_
#define PKI_TESTING_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"

namespace pki {

struct ProgramResult {
  // As by a shell: 127 when the program is missing, 128 + n for signal n.
  int exit_status = 0;
  // Standard output and standard error, interleaved.
  std::string output;
};

// Runs argv[0], found on the PATH, with no shell between and nothing on its
// standard input; returns when it has ended.
ProgramResult RunProgram(const std::vector<std::string>& argv);

// A new file in the test's own scratch folder; answers its path, which ends in
// "-" and `name`.
std::string WriteTestFile(absl::string_view name, absl::string_view content);

// A path there that no file has yet, for a program to write.
std::string NewTestPath(absl::string_view name);

// The content of a file; a test failure and nothing when it cannot be read.
Bytes ReadTestFile(const std::string& path);

}  // namespace pki

#endif  // PKI_TESTING_PROGRAM_H_
