// What a store on disk can do beside storing: be checked, copied, described.
#ifndef PKI_STORE_MAINTENANCE_H_
#define PKI_STORE_MAINTENANCE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pki {

// Told how far a long piece of work is, in a unit of its own. False ends it.
using Progress = std::function<bool(uint64_t done, uint64_t total)>;

// Implementations are called from any thread, while the store is in use.
class StoreMaintenance {
 public:
  struct Description {
    std::string path;
    int64_t format = 0;
    int64_t file_size = 0;  // bytes
    int64_t log_size = 0;   // bytes
    // By the first part of the key, in order.
    std::vector<std::pair<std::string, int64_t>> records;
  };

  virtual ~StoreMaintenance() = default;

  // Reads everything. What is wrong, one sentence each. Errors:
  // STORAGE_FAILURE when it cannot tell.
  virtual absl::StatusOr<std::vector<std::string>> Check() = 0;

  // Copies the store, as it is at one instant, to the new file `path`. Errors:
  // REASON_BACKUP_EXISTS when there is such a file; REASON_CANCELLED when
  // `progress`, which may be null, ended it; STORAGE_FAILURE. After an error
  // there is no file.
  virtual absl::Status Backup(const std::string& path,
                              const Progress& progress) = 0;

  // Errors: STORAGE_FAILURE.
  virtual absl::StatusOr<Description> Describe() = 0;

  // Leaves nothing in the files of what was deleted or overwritten before: a
  // store with a log brings it into the file and empties it. Errors:
  // REASON_STORE_BUSY when others are reading or writing for too long, so that
  // the log still has what it had; other STORAGE_FAILURE.
  virtual absl::Status Compact() = 0;
};

}  // namespace pki

#endif  // PKI_STORE_MAINTENANCE_H_
