// The version of the library that is linked.
#include "capi/cli/version.h"

#include <iostream>

#include "CLI/CLI.hpp"
#include "capi/pki_engine.h"

namespace pkictl {

void AddVersion(CLI::App& parent, Commands* commands) {
  CLI::App* const version =
      parent.add_subcommand("version", "Print the version of the engine");
  commands->push_back({version, [] {
                         std::cout << "PKI Engine " << pki_version() << ", ABI "
                                   << pki_abi_version() << "\n";
                         return absl::OkStatus();
                       }});
}

}  // namespace pkictl
