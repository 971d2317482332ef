// A subcommand: what it is called on the command line, and what it does.
#ifndef PKI_CAPI_CLI_COMMAND_H_
#define PKI_CAPI_CLI_COMMAND_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace CLI {
class App;
}  // namespace CLI

namespace pkictl {

// Each unit of a subcommand has a function AddX(parent, commands), which
// declares it with its options under `parent` and adds what runs it, after the
// command line was read.
struct Command {
  CLI::App* app;
  // The text of an error is for a person.
  std::function<absl::Status()> run;
};

using Commands = std::vector<Command>;

// For what is wrong with a command line, but seen only when it is run: it ends
// as what CLI11 refuses.
absl::Status WrongUsage(absl::string_view text);
bool IsWrongUsage(const absl::Status& status);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_COMMAND_H_
