// pkictl: the engine on the command line.
//
// Exit status: 0, 1 when something was refused or failed, 2 for wrong usage.
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "capi/cli/client.h"
#include "capi/cli/demo.h"
#include "capi/cli/explain.h"
#include "capi/cli/files.h"
#include "capi/pki_engine.h"

namespace pkictl {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

absl::Status RunCall(const std::string& operation, const std::string& path,
                     int32_t encoding) {
  std::string request = encoding == PKI_ENCODING_JSON ? "{}" : "";
  if (!path.empty()) {
    const auto file = ReadFile(path);
    if (!file.ok()) return file.status();
    request = *file;
  }
  auto client = Client::Open();
  if (!client.ok()) return client.status();
  const auto response = client->Call(operation, encoding, request);
  if (!response.ok()) return response.status();
  std::cout << *response;
  if (encoding == PKI_ENCODING_JSON) std::cout << "\n";
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("A certificate authority in one program, with no server.");
  app.name("pkictl");
  app.require_subcommand(1);

  std::string csr;
  std::string out = "pki-demo";
  CLI::App* const demo = app.add_subcommand(
      "demo", "Make a root CA, a subordinate CA and a certificate");
  demo->add_option("--csr", csr, "The CSR to issue for, PEM or DER")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  demo->add_option("--out", out, "The folder to write to")
      ->type_name("DIR")
      ->capture_default_str();

  std::string operation;
  std::string request;
  std::string encoding = "json";
  CLI::App* const call = app.add_subcommand(
      "call", "Make one call on a new engine and print its response");
  call->add_option("OPERATION", operation, "Such as CreateCertificateAuthority")
      ->required();
  call->add_option("--request", request,
                   "A file with the request, - for standard input; without it "
                   "the request is empty")
      ->check(CLI::ExistingFile | CLI::IsMember({"-"}))
      ->type_name("FILE");
  call->add_option("--encoding", encoding, "Of request and response")
      ->check(CLI::IsMember({"json", "proto"}))
      ->capture_default_str();

  ExplainOptions explain_options;
  std::string output = "table";
  CLI::App* const explain = app.add_subcommand(
      "explain", "Show where each part of a certificate would come from");
  explain
      ->add_option("--request", explain_options.request,
                   "An IssueCertificate request in JSON, - for standard input")
      ->check(CLI::ExistingFile | CLI::IsMember({"-"}))
      ->type_name("FILE");
  explain
      ->add_option("--csr", explain_options.csr,
                   "The CSR, in place of the request's")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  explain
      ->add_option("--template", explain_options.template_name,
                   "The template, in place of the request's")
      ->type_name("NAME");
  explain->add_option("--output", output, "How to show it")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();

  CLI::App* const version =
      app.add_subcommand("version", "Print the version of the engine");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }

  absl::Status status;
  if (demo->parsed()) status = RunDemo(csr, out);
  if (call->parsed()) {
    status =
        RunCall(operation, request,
                encoding == "json" ? PKI_ENCODING_JSON : PKI_ENCODING_PROTOBUF);
  }
  if (explain->parsed()) {
    explain_options.json = output == "json";
    status = RunExplain(explain_options);
  }
  if (version->parsed()) {
    std::cout << "PKI Engine " << pki_version() << ", ABI " << pki_abi_version()
              << "\n";
  }
  if (status.ok()) return 0;
  std::cout.flush();
  std::cerr << "pkictl: " << status.message() << "\n";
  return kFailed;
}

}  // namespace
}  // namespace pkictl

int main(int argc, char** argv) { return pkictl::Main(argc, argv); }
