// Folders of files that show what the code makes, so that a diff shows every
// change: a test compares them, and a program writes them again.
#ifndef PKI_TESTING_SNAPSHOTS_H_
#define PKI_TESTING_SNAPSHOTS_H_

#include <map>
#include <string>

namespace pki {

// From a file's name to its content.
using Snapshots = std::map<std::string, std::string>;

// The files of a folder, a path from the root of the repository, but for its
// BUILD.bazel.
Snapshots ReadSnapshots(const std::string& folder);

// Makes them the files of that folder, but for its BUILD.bazel. For a main()
// under `bazel run`: says on standard error what went wrong, and answers the
// exit status.
int WriteSnapshots(const std::string& folder, const Snapshots& snapshots);

}  // namespace pki

#endif  // PKI_TESTING_SNAPSHOTS_H_
