// Sealing the keys anew.
#include "capi/cli/keys.h"

#include <iostream>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "capi/cli/options.h"
#include "capi/cli/secret.h"
#include "capi/cli/session.h"
#include "capi/cli/settings.h"
#include "capi/pki_engine.h"

namespace pkictl {
namespace {

struct RewrapOptions {
  StoreOptions store;
  KeyOptions new_key;
};

absl::Status RunRewrap(const RewrapOptions& options) {
  absl::Status is_file = CheckIsFile(options.store.store);
  if (!is_file.ok()) return is_file;
  auto new_key = ReadKey(options.new_key);
  if (!new_key.ok()) return new_key.status();
  auto session = Session::Open(options.store, "RewrapKeys");
  if (!session.ok()) return session.status();
  // The old passphrase is asked for before the new one.
  absl::Status unlocked = session->Unlock();
  if (!unlocked.ok()) return unlocked;
  if (new_key->empty()) {
    new_key = AskPassphrase(options.store.store, /*is_new=*/true);
    if (absl::IsUnavailable(new_key.status())) {
      return absl::UnavailableError(
          absl::StrCat(new_key.status().message(),
                       ": give --new-key-file or --new-passphrase-file"));
    }
    if (!new_key.ok()) return new_key.status();
  }
  const auto response = session->Call("RewrapKeys", PKI_ENCODING_PROTOBUF,
                                      View(EncodeRewrapRequest(*new_key)));
  if (!response.ok()) return response.status();
  std::cout << "Keys sealed anew: " << DecodeRewrapResponse(*response)
            << ". The old key still opens those in older backups.\n";
  return absl::OkStatus();
}

}  // namespace

void AddKeys(CLI::App& parent, Commands* commands) {
  CLI::App* const keys = parent.add_subcommand(
      "keys", "Change what the CAs' keys are sealed under");
  keys->require_subcommand(1);

  auto options = std::make_shared<RewrapOptions>();
  CLI::App* const rewrap = keys->add_subcommand(
      "rewrap", "Seal all keys in the store under a new key or passphrase");
  AddStoreOptions(*rewrap, "FILE", "The store", &options->store);
  AddKeyOptions(*rewrap, &options->store.key);
  AddNewKeyOptions(*rewrap, &options->new_key);
  commands->push_back({rewrap, [options] { return RunRewrap(*options); }});
}

}  // namespace pkictl
