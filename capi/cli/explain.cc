// The answer of ExplainIssuance as a table.
#include "capi/cli/explain.h"

#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "capi/cli/authority.h"
#include "capi/cli/client.h"
#include "capi/cli/files.h"
#include "capi/cli/options.h"

namespace pkictl {
namespace {

constexpr size_t kShownBytes = 24;

struct ExplainOptions {
  // A file with an IssueCertificate request in JSON; empty for none.
  std::string request;
  // What goes into the request in place of what it says; empty to leave it.
  std::string csr;            // a file, PEM or DER
  std::string template_name;  // "EndEntityCertificate/V1", or a whole ARN
  std::string output;
};

std::string OptionalMember(const Json& json, const char* name) {
  return json.contains(name) ? Member(json, name) : "";
}

// The value as text where the engine gives one, else the first of its bytes.
std::string Shown(const Json& field) {
  if (field.contains("Text")) return Member(field, "Text");
  std::string der;
  absl::Base64Unescape(OptionalMember(field, "Value"), &der);
  return absl::StrCat(absl::BytesToHexString(der.substr(0, kShownBytes)),
                      der.size() > kShownBytes ? "..." : "");
}

void PrintTable(const Json& explained) {
  std::cout << "Template  " << Member(explained, "TemplateArn") << "\n\n"
            << absl::StreamFormat("%-24s  %-16s  %s\n", "FIELD", "FROM",
                                  "VALUE");
  for (const Json& field : explained.at("Fields")) {
    const bool is_there = field.contains("Source");
    std::cout << absl::StreamFormat("%-24s  %-16s  %s\n", Member(field, "Name"),
                                    is_there ? Member(field, "Source") : "-",
                                    is_there ? Shown(field) : "(left out)");
    if (!field.contains("Losers")) continue;
    for (const Json& loser : field.at("Losers")) {
      std::cout << absl::StreamFormat(
          "%-24s  %-16s  %s\n", "",
          absl::StrCat("  not ", Member(loser, "Source")),
          absl::StrCat(Member(loser, "Rule"), ": ",
                       Member(loser, "Explanation")));
    }
  }
  if (!explained.contains("Findings")) return;
  std::cout << "\nFINDINGS\n";
  for (const Json& finding : explained.at("Findings")) {
    std::cout << absl::StreamFormat(
        "%-8s  %s at %s: %s (%s)\n", Member(finding, "Severity"),
        Member(finding, "Reason"), OptionalMember(finding, "Field"),
        Member(finding, "Message"), Member(finding, "Citation"));
  }
}

absl::StatusOr<Json> ReadRequest(const ExplainOptions& options) {
  Json request = Json::object();
  if (!options.request.empty()) {
    const auto text = ReadFile(options.request);
    if (!text.ok()) return text.status();
    request = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (!request.is_object()) {
      return absl::InvalidArgumentError(
          absl::StrCat(options.request, " is not a JSON object"));
    }
  }
  if (!options.csr.empty()) {
    const auto csr = ReadFile(options.csr);
    if (!csr.ok()) return csr.status();
    request["Csr"] = absl::Base64Escape(*csr);
  }
  if (!options.template_name.empty()) {
    request["TemplateArn"] = absl::StartsWith(options.template_name, "arn:")
                                 ? options.template_name
                                 : TemplateArn(options.template_name);
  }
  return request;
}

absl::Status RunExplain(const ExplainOptions& options) {
  auto request = ReadRequest(options);
  if (!request.ok()) return request.status();
  auto client = Client::Open();
  if (!client.ok()) return client.status();
  const auto root = MakeAuthority(
      *client, "ROOT",
      {{"Organization", "PKI Engine"}, {"CommonName", "Root CA"}},
      "RootCACertificate/V1", 3650, nullptr, [](absl::string_view) {});
  if (!root.ok()) return root.status();
  const Json defaults = {{"CertificateAuthorityArn", root->arn},
                         {"SigningAlgorithm", "SHA256WITHECDSA"},
                         {"Validity", Days(365)}};
  for (const auto& [name, value] : defaults.items()) {
    if (!request->contains(name)) (*request)[name] = value;
  }
  const auto explained = client->Call("ExplainIssuance", *request);
  if (!explained.ok()) return explained.status();
  if (options.output == "json") {
    std::cout << explained->dump(2) << "\n";
  } else {
    PrintTable(*explained);
  }
  return absl::OkStatus();
}

}  // namespace

void AddExplain(CLI::App& parent, Commands* commands) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* const explain = parent.add_subcommand(
      "explain", "Show where each part of a certificate would come from");
  AddRequestOption(*explain,
                   "An IssueCertificate request in JSON, - for standard input",
                   &options->request);
  explain
      ->add_option("--csr", options->csr, "The CSR, in place of the request's")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  explain
      ->add_option("--template", options->template_name,
                   "The template, in place of the request's")
      ->type_name("NAME");
  AddOutputOption(*explain, {"table", "json"}, &options->output);
  commands->push_back({explain, [options] { return RunExplain(*options); }});
}

}  // namespace pkictl
