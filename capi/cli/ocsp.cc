// An OCSP request from a file, and the response to another.
#include "capi/cli/ocsp.h"

#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "capi/cli/client.h"
#include "capi/cli/files.h"
#include "capi/cli/options.h"
#include "capi/cli/session.h"

namespace pkictl {
namespace {

struct RespondOptions {
  StoreOptions store;
  std::string request = "-";
  std::string out;  // a file; empty for standard output
};

absl::Status RunRespond(const RespondOptions& options) {
  const auto request = ReadFile(options.request);
  if (!request.ok()) return request.status();
  auto session = Session::Open(options.store, "RespondOcsp");
  if (!session.ok()) return session.status();
  const auto answered =
      session->Call("RespondOcsp", {{"Request", absl::Base64Escape(*request)}});
  if (!answered.ok()) return answered.status();
  const auto response = BlobIn(*answered, "Response");
  if (!response.ok()) return response.status();
  if (!options.out.empty()) return WriteFile(options.out, *response);
  std::cout << *response;
  return absl::OkStatus();
}

}  // namespace

void AddOcsp(CLI::App& parent, Commands* commands) {
  CLI::App* const app =
      parent.add_subcommand("ocsp", "Say whether certificates are revoked");
  app->require_subcommand(1);
  auto options = std::make_shared<RespondOptions>();
  CLI::App* const respond = app->add_subcommand(
      "respond", "Answer an OCSP request in DER with a response in DER");
  AddRequestOption(*respond,
                   "A file with the request; without it, or as -, standard "
                   "input",
                   &options->request);
  respond
      ->add_option("--out", options->out,
                   "A file for the response, else standard output")
      ->type_name("FILE");
  AddStoreOptions(*respond, "FILE", "The store", &options->store);
  AddKeyOptions(*respond, &options->store.key);
  commands->push_back({respond, [options] { return RunRespond(*options); }});
}

}  // namespace pkictl
