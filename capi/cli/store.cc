// Checking, copying and describing a store. None of it needs a key.
#include "capi/cli/store.h"

#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "capi/cli/authority.h"
#include "capi/cli/client.h"
#include "capi/cli/options.h"
#include "capi/cli/progress_bar.h"
#include "capi/cli/session.h"
#include "capi/cli/settings.h"

namespace pkictl {
namespace {

// An engine on a store that is there.
absl::StatusOr<Client> OpenFile(const StoreOptions& options,
                                Progress progress = nullptr) {
  absl::Status exists = CheckExists(options.store);
  if (!exists.ok()) return exists;
  const auto settings = SettingsOf(options);
  if (!settings.ok()) return settings.status();
  return Client::Open(*settings, std::move(progress));
}

// A bar for people who watch; nothing for logs.
Progress BarOnTerminal(const char* title) {
  if (isatty(STDERR_FILENO) == 0) return nullptr;
  auto bar = std::make_shared<ProgressBar>(title, &std::cerr);
  return [bar](uint64_t done, uint64_t total) { bar->Show(done, total); };
}

absl::Status Check(Client& client, const std::string& path) {
  const auto checked = client.Call("CheckStore", Json::object());
  if (!checked.ok()) return checked.status();
  const Json problems = checked->value("Problems", Json::array());
  if (problems.empty()) return absl::OkStatus();
  for (const Json& problem : problems) {
    std::cout << problem.get<std::string>() << "\n";
  }
  return absl::DataLossError(absl::StrCat(path, " is damaged"));
}

// Copies the store that `client` has open.
absl::Status Copy(Client& client, const std::string& to) {
  return client.Call("BackupStore", {{"Path", to}}).status();
}

absl::Status RunCheck(const StoreOptions& options) {
  auto client = OpenFile(options);
  if (!client.ok()) return client.status();
  absl::Status sound = Check(*client, options.store);
  if (sound.ok()) std::cout << options.store << " is sound.\n";
  return sound;
}

absl::Status RunBackup(const StoreOptions& options, const std::string& out) {
  {
    auto client = OpenFile(options, BarOnTerminal("backup"));
    if (!client.ok()) return client.status();
    absl::Status copied = Copy(*client, out);
    if (!copied.ok()) return copied;
  }
  std::cout << "Copied " << options.store << " to " << out
            << ". It needs the same key or passphrase.\n";
  return absl::OkStatus();
}

absl::Status RunRestore(const StoreOptions& options,
                        const std::string& backup) {
  const std::string& store = options.store;
  absl::Status is_file = CheckIsFile(store);
  if (!is_file.ok()) return is_file;
  {
    StoreOptions from = options;
    from.store = backup;
    auto client = OpenFile(from, BarOnTerminal("restore"));
    if (!client.ok()) return client.status();
    absl::Status sound = Check(*client, backup);
    if (!sound.ok()) return sound;
    absl::Status copied = Copy(*client, store);
    if (!copied.ok()) return copied;
  }
  std::cout << "Made the store " << store << " from " << backup << ".\n";
  return absl::OkStatus();
}

void PrintTable(const Json& store) {
  std::cout << "File    " << Member(store, "Path") << "\n"
            << absl::StreamFormat(
                   "Format  %d\nSize    %d bytes\n"
                   "Log     %d bytes\n\n%-12s  %12s\n",
                   store.value("Format", int64_t{0}),
                   store.value("FileSize", int64_t{0}),
                   store.value("LogSize", int64_t{0}), "RECORDS", "COUNT");
  for (const Json& record : store.value("Records", Json::array())) {
    std::cout << absl::StreamFormat("%-12s  %12d\n", Member(record, "Kind"),
                                    record.value("Count", int64_t{0}));
  }
}

absl::Status RunStats(const StoreOptions& options, bool json) {
  auto client = OpenFile(options);
  if (!client.ok()) return client.status();
  const auto described = client->Call("DescribeStore", Json::object());
  if (!described.ok()) return described.status();
  if (json) {
    std::cout << described->dump(2) << "\n";
  } else {
    PrintTable(*described);
  }
  return absl::OkStatus();
}

struct StoreCommandOptions {
  StoreOptions store;
  std::string file;    // of the backup
  std::string output;  // of stats
};

}  // namespace

void AddStore(CLI::App& parent, Commands* commands) {
  CLI::App* const app = parent.add_subcommand(
      "store", "Look after the file of a store, while it may be in use");
  app->require_subcommand(1);
  auto options = std::make_shared<StoreCommandOptions>();
  const auto add = [&](const char* name, const char* description,
                       const char* store = "The store") {
    CLI::App* const command = app->add_subcommand(name, description);
    AddStoreOptions(*command, "FILE", store, &options->store);
    return command;
  };

  CLI::App* const check = add("check", "Read everything and report damage");
  commands->push_back({check, [options] { return RunCheck(options->store); }});

  CLI::App* const backup = add("backup", "Copy the store to a new file");
  backup->add_option("OUT", options->file, "The file to make")->required();
  commands->push_back(
      {backup, [options] { return RunBackup(options->store, options->file); }});

  CLI::App* const restore =
      add("restore", "Check a backup and make a new store from it",
          "The file to make; one that is there is not touched");
  restore->add_option("BACKUP", options->file, "What backup made")
      ->required()
      ->check(CLI::ExistingFile);
  commands->push_back({restore, [options] {
                         return RunRestore(options->store, options->file);
                       }});

  CLI::App* const stats = add("stats", "Show what is in the store");
  AddOutputOption(*stats, {"table", "json"}, &options->output);
  commands->push_back({stats, [options] {
                         return RunStats(options->store,
                                         options->output == "json");
                       }});
}

}  // namespace pkictl
