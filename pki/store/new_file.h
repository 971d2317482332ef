// A file that appears under its name complete, or not at all.
#ifndef PKI_STORE_NEW_FILE_H_
#define PKI_STORE_NEW_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pki {

// A file under a temporary name, beside the one it is to have. Its owner alone
// may read it, whatever the umask. It is removed with the object.
class NewFile {
 public:
  // Errors: REASON_STORE_FAILED.
  static absl::StatusOr<NewFile> Create(const std::string& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  const std::string& temporary_path() const { return temporary_path_; }

  // Makes what was written durable, and gives the file its name. False when
  // there is a file of that name; it is left alone. Nobody has the temporary
  // file open. Errors: REASON_STORE_FAILED.
  absl::StatusOr<bool> Publish();

 private:
  NewFile(std::string path, std::string temporary_path);

  std::string path_;
  std::string temporary_path_;  // empty when moved from
};

// A refusal that says what `errno` means for `path`: REASON_STORE_FAILED, or
// REASON_STORE_FULL.
absl::Status FileError(const std::string& path, const std::string& doing);

}  // namespace pki

#endif  // PKI_STORE_NEW_FILE_H_
