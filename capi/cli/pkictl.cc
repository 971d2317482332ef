// pkictl: the engine on the command line.
//
// Exit status: 0, 1 when something was refused or failed, 2 for wrong usage.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "capi/cli/call.h"
#include "capi/cli/command.h"
#include "capi/cli/crl.h"
#include "capi/cli/demo.h"
#include "capi/cli/explain.h"
#include "capi/cli/json.h"
#include "capi/cli/keys.h"
#include "capi/cli/ocsp.h"
#include "capi/cli/operation.h"
#include "capi/cli/serve/serve.h"
#include "capi/cli/store.h"
#include "capi/cli/tree.h"
#include "capi/cli/version.h"

namespace pkictl {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

// In the order of the help.
constexpr void (*kSubcommands[])(CLI::App&, Commands*) = {
    AddDemo, AddTree, AddExplain, AddCall,  AddStore,
    AddKeys, AddCrl,  AddOcsp,    AddServe, AddVersion};

int Fail(const absl::Status& status) {
  std::cout.flush();
  std::cerr << "pkictl: " << status.message() << "\n";
  return IsWrongUsage(status) ? kWrongUsage : kFailed;
}

// As in the AWS CLI, "pkictl help" and "pkictl COMMAND help" are "--help".
std::vector<std::string> WordsOf(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  for (size_t i = 0; i < std::min<size_t>(words.size(), 2); ++i) {
    if (words[i] == "help") words[i] = "--help";
  }
  return words;
}

int Run(int argc, char** argv) {
  CLI::App app("A certificate authority in one program, with no server.");
  app.name("pkictl");
  app.footer(
      "Exit status: 0, 1 when something was refused or failed, 2 for wrong "
      "usage.");
  app.require_subcommand(1);
  Commands commands;
  for (const auto add : kSubcommands) add(app, &commands);

  std::vector<std::string> words = WordsOf(argc, argv);
  // Any of them may end up in JSON.
  if (!IsUtf8(words)) return Fail(WrongUsage("an argument is not in UTF-8"));
  // An engine to ask takes time, which these commands need not spend.
  const auto is_wanted = [&words](const CLI::App* command) {
    return !words.empty() && command->get_name() == words.front();
  };
  if (app.get_subcommands(is_wanted).empty()) {
    const absl::Status added = AddOperations(app, words, &commands);
    if (!added.ok()) return Fail(added);
  }
  try {
    // It takes them from the back.
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  for (const Command& command : commands) {
    if (!command.app->parsed()) continue;
    const absl::Status status = command.run();
    if (!status.ok()) return Fail(status);
  }
  return 0;
}

// No exception is expected; none may look like a crash.
int Main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    return Fail(absl::InternalError(error.what()));
  }
}

}  // namespace
}  // namespace pkictl

int main(int argc, char** argv) { return pkictl::Main(argc, argv); }
