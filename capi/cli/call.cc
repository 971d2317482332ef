// One operation with the request of a file, on the store.
#include "capi/cli/call.h"

#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "capi/cli/files.h"
#include "capi/cli/options.h"
#include "capi/cli/session.h"
#include "capi/pki_engine.h"

namespace pkictl {
namespace {

struct CallOptions {
  StoreOptions store;
  std::string operation;
  std::string request;  // a file; empty for an empty request
  std::string encoding = "json";
};

absl::Status RunCall(const CallOptions& options) {
  const int32_t encoding =
      options.encoding == "json" ? PKI_ENCODING_JSON : PKI_ENCODING_PROTOBUF;
  std::string request = encoding == PKI_ENCODING_JSON ? "{}" : "";
  if (!options.request.empty()) {
    auto file = ReadFile(options.request);
    if (!file.ok()) return file.status();
    request = *std::move(file);
  }
  auto session = Session::Open(options.store, options.operation);
  if (!session.ok()) return session.status();
  const auto response = session->Call(options.operation, encoding, request);
  if (!response.ok()) return response.status();
  std::cout << *response;
  if (encoding == PKI_ENCODING_JSON) std::cout << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddCall(CLI::App& parent, Commands* commands) {
  auto options = std::make_shared<CallOptions>();
  CLI::App* const call = parent.add_subcommand(
      "call", "Call one operation on the store and print its response");
  call->add_option("OPERATION", options->operation,
                   "Such as CreateCertificateAuthority")
      ->required();
  AddRequestOption(*call,
                   "A file with the request, - for standard input; without it "
                   "the request is empty",
                   &options->request);
  call->add_option("--encoding", options->encoding, "Of request and response")
      ->check(CLI::IsMember({"json", "proto"}))
      ->capture_default_str();
  call->add_option("--threads", options->store.threads,
                   "How many threads the call may use (IssueCertificates)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  AddStoreOptions(
      *call, std::string("FILE|") + kMemory,
      "The store: a file, which a CA is made with when it is not there, or "
      "memory, which ends with this call",
      &options->store);
  AddKeyOptions(*call, &options->store.key);
  commands->push_back({call, [options] { return RunCall(*options); }});
}

}  // namespace pkictl
