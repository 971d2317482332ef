// The options that several subcommands have: of the store, of the key that its
// keys are sealed under, and of the form of what is printed.
#ifndef PKI_CAPI_CLI_OPTIONS_H_
#define PKI_CAPI_CLI_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "capi/cli/secret.h"

namespace CLI {
class App;
}  // namespace CLI

namespace pkictl {

// Files that hold a secret; at most one of the two is named.
struct KeyOptions {
  std::string key_file;
  std::string passphrase_file;
};

struct StoreOptions {
  std::string store;
  // A file with the engine's configuration; empty for none.
  std::string config;
  KeyOptions key;
  uint32_t threads = 0;
};

// "memory" among the names of stores.
extern const char kMemory[];

// --store and --config. They fall back to the environment variables
// PKICTL_STORE and PKICTL_CONFIG, and then to a file in the current folder and
// to none.
void AddStoreOptions(CLI::App& command, const std::string& type_name,
                     const std::string& description, StoreOptions* options);

// --key-file and --passphrase-file of the store.
void AddKeyOptions(CLI::App& command, KeyOptions* options);

// --new-key-file and --new-passphrase-file.
void AddNewKeyOptions(CLI::App& command, KeyOptions* options);

// --output, one of `forms`; the first is the default.
void AddOutputOption(CLI::App& command, const std::vector<std::string>& forms,
                     std::string* output);

// --request FILE|-.
void AddRequestOption(CLI::App& command, const std::string& description,
                      std::string* path);

// What the named file holds; empty when none is named.
absl::StatusOr<SealingKey> ReadKey(const KeyOptions& options);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_OPTIONS_H_
