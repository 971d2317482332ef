// pkictl: the engine on the command line.
//
// Exit status: 0, 1 when something was refused or failed, 2 for wrong usage.
#include <iostream>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "capi/cli/call.h"
#include "capi/cli/command.h"
#include "capi/cli/demo.h"
#include "capi/cli/explain.h"
#include "capi/cli/keys.h"
#include "capi/cli/serve/serve.h"
#include "capi/cli/store.h"
#include "capi/cli/version.h"

namespace pkictl {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

// In the order of the help.
constexpr void (*kSubcommands[])(CLI::App&, Commands*) = {
    AddDemo, AddExplain, AddCall, AddStore, AddKeys, AddServe, AddVersion};

int Main(int argc, char** argv) {
  CLI::App app("A certificate authority in one program, with no server.");
  app.name("pkictl");
  app.footer(
      "Exit status: 0, 1 when something was refused or failed, 2 for wrong "
      "usage.");
  app.require_subcommand(1);
  Commands commands;
  for (const auto add : kSubcommands) add(app, &commands);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  for (const Command& command : commands) {
    if (!command.app->parsed()) continue;
    const absl::Status status = command.run();
    if (status.ok()) continue;
    std::cout.flush();
    std::cerr << "pkictl: " << status.message() << "\n";
    return kFailed;
  }
  return 0;
}

}  // namespace
}  // namespace pkictl

int main(int argc, char** argv) { return pkictl::Main(argc, argv); }
