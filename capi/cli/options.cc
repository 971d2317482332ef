// The declarations of common options.
#include "capi/cli/options.h"

#include <cstdlib>

#include "CLI/CLI.hpp"

namespace pkictl {
namespace {

void AddFiles(CLI::App& command, const std::string& prefix,
              const std::string& what, KeyOptions* options) {
  CLI::Option* const key =
      command
          .add_option("--" + prefix + "key-file", options->key_file,
                      what + ": 32 bytes, or 64 hexadecimal digits")
          ->check(CLI::ExistingFile)
          ->type_name("FILE");
  command
      .add_option("--" + prefix + "passphrase-file", options->passphrase_file,
                  what + ": a passphrase on one line")
      ->check(CLI::ExistingFile)
      ->excludes(key)
      ->type_name("FILE");
}

// CLI11 has variables of the environment too, but they would reach the options
// of all subcommands, not only of the one that is run.
std::string FromEnvironment(const char* variable, const char* otherwise) {
  const char* const value = std::getenv(variable);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

}  // namespace

const char kMemory[] = "memory";

void AddStoreOptions(CLI::App& command, const std::string& type_name,
                     const std::string& description, StoreOptions* options) {
  options->store = FromEnvironment("PKICTL_STORE", "pki.db");
  command
      .add_option("--store", options->store,
                  description + "; without it that of PKICTL_STORE")
      ->type_name(type_name)
      ->capture_default_str();
  options->config = FromEnvironment("PKICTL_CONFIG", "");
  command
      .add_option("--config", options->config,
                  "JSON with the engine's configuration, and for serve with "
                  "more; without it that of PKICTL_CONFIG")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
}

void AddKeyOptions(CLI::App& command, KeyOptions* options) {
  AddFiles(command, "", "What the CAs' keys are sealed under", options);
  command.footer(
      "Without such a file the passphrase is that of the environment variable\n"
      "PKICTL_PASSPHRASE, and without that, pkictl asks for it on the "
      "terminal\n"
      "once a key is needed. Reading needs none. Like ssh, pkictl refuses a\n"
      "file of yours that others may read or write.");
}

void AddNewKeyOptions(CLI::App& command, KeyOptions* options) {
  AddFiles(command, "new-", "What to seal them under from now on", options);
}

void AddOutputOption(CLI::App& command, const std::vector<std::string>& forms,
                     std::string* output) {
  *output = forms.front();
  command.add_option("--output", *output, "How to show it")
      ->check(CLI::IsMember(forms))
      ->capture_default_str();
}

void AddRequestOption(CLI::App& command, const std::string& description,
                      std::string* path) {
  command.add_option("--request", *path, description)
      ->check(CLI::ExistingFile | CLI::IsMember({"-"}))
      ->type_name("FILE");
}

absl::StatusOr<SealingKey> ReadKey(const KeyOptions& options) {
  if (!options.key_file.empty()) return ReadKeyFile(options.key_file);
  if (!options.passphrase_file.empty()) {
    return ReadPassphraseFile(options.passphrase_file);
  }
  return SealingKey();
}

}  // namespace pkictl
