// The declarations of common options.
#include "capi/cli/options.h"

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

CLI::Option* AddStore(CLI::App& command, std::string* store) {
  *store = "pki.db";
  return command.add_option("--store", *store, "The store")
      ->envname("PKICTL_STORE")
      ->capture_default_str();
}

}  // namespace

const char kMemory[] = "memory";

void AddStoreOption(CLI::App& command, std::string* store) {
  AddStore(command, store)->type_name(std::string("FILE|") + kMemory);
}

void AddStoreFileOption(CLI::App& command, std::string* store) {
  AddStore(command, store)
      ->type_name("FILE")
      ->check([](const std::string& name) {
        return name == kMemory ? "a store in memory ends with pkictl" : "";
      });
}

void AddKeyOptions(CLI::App& command, KeyOptions* options) {
  AddFiles(command, "", "What the CAs' keys are sealed under", options);
  command.footer(
      "Without a file the passphrase is that of the environment variable\n"
      "PKICTL_PASSPHRASE; without that, pkictl asks on the terminal when a "
      "key\n"
      "is needed. Reading needs none.");
}

void AddNewKeyOptions(CLI::App& command, KeyOptions* options) {
  AddFiles(command, "new-", "What to seal them under from now on", options);
}

void AddOutputOption(CLI::App& command, std::string* output) {
  *output = "table";
  command.add_option("--output", *output, "How to show it")
      ->check(CLI::IsMember({"table", "json"}))
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
