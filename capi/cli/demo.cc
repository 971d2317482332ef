// The demo, step by step. It does what any program would do with the C ABI, and
// reads no certificate itself: what it shows is what it asked and was answered.
#include "capi/cli/demo.h"

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "capi/cli/authority.h"
#include "capi/cli/client.h"
#include "capi/cli/files.h"

namespace pkictl {
namespace {

// A certificate as the tree shows it.
struct Node {
  std::string title;
  std::string subject;
  std::string serial;
  absl::Time not_before;
  absl::Time not_after;
};

Node NodeOf(const char* title, const Json& state) {
  return {
      title,
      SubjectText(state.at("CertificateAuthorityConfiguration").at("Subject")),
      Member(state, "Serial"), absl::FromUnixSeconds(state.at("NotBefore")),
      absl::FromUnixSeconds(state.at("NotAfter"))};
}

// Makes the step's number and text stand out from what follows.
void Say(int step, absl::string_view text) {
  std::cout << "\n" << step << ". " << text << "\n";
}

void Note(absl::string_view text) { std::cout << "   " << text << "\n"; }

// The subject of what would be issued.
std::string SubjectOf(const Json& explained) {
  for (const Json& field : explained.at("Fields")) {
    if (Member(field, "Name") == "subject") return Member(field, "Text");
  }
  return "";
}

// A CSR for those who came without one. The C ABI makes keys for CAs alone, so
// the CSR of a CA that is thrown away at once stands in for a device's.
absl::StatusOr<std::string> StandInCsr(const Json& subject) {
  auto elsewhere = Client::Open();
  if (!elsewhere.ok()) return elsewhere.status();
  const auto created = elsewhere->Call("CreateCertificateAuthority",
                                       CreateRequest("SUBORDINATE", subject));
  if (!created.ok()) return created.status();
  const auto csr = elsewhere->Call("GetCertificateAuthorityCsr", *created);
  if (!csr.ok()) return csr.status();
  return Member(*csr, "Csr");
}

// The serial at the end of a certificate's ARN, as the engine writes a CA's:
// "0a:1b:...".
std::string SerialOf(const std::string& arn) {
  std::string serial;
  for (size_t i = arn.rfind('/') + 1; i < arn.size(); i += 2) {
    absl::StrAppend(&serial, serial.empty() ? "" : ":", arn.substr(i, 2));
  }
  return serial;
}

std::string Date(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::UTCTimeZone());
}

// Each node hangs under the one before.
void PrintTree(const std::vector<Node>& path) {
  std::string indent = "   ";
  for (const Node& node : path) {
    const bool root = &node == &path.front();
    const bool last = &node == &path.back();
    std::cout << indent << (root ? "" : "└─ ") << node.title << "\n";
    if (!root) indent += "   ";
    const std::string margin = absl::StrCat(indent, last ? "   " : "│  ");
    std::cout << margin << "subject  " << node.subject << "\n"
              << margin << "serial   " << node.serial << "\n"
              << margin << "valid    " << Date(node.not_before) << " to "
              << Date(node.not_after) << " UTC\n";
  }
}

// `path` as a shell reads it.
std::string ShellWord(const std::string& path) {
  static constexpr char kPlain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:@";
  if (path.find_first_not_of(kPlain) == std::string::npos) return path;
  return absl::StrCat("'", absl::StrReplaceAll(path, {{"'", "'\\''"}}), "'");
}

struct DemoOptions {
  std::string csr;  // a file, PEM or DER; empty for one that is made
  std::string out = "pki-demo";
};

absl::Status RunDemo(const DemoOptions& options) {
  const std::string& csr_path = options.csr;
  const std::string& out = options.out;
  const Json leaf_subject = {{"Organization", "PKI Engine demo"},
                             {"CommonName", "device.example"}};
  std::cout << "A private PKI from scratch: a root CA, a subordinate CA, and a "
               "certificate.\nEverything happens in this process, in memory; "
               "the CAs' keys never leave it.\n";

  auto csr = csr_path.empty() ? StandInCsr(leaf_subject) : ReadFile(csr_path);
  if (!csr.ok()) return csr.status();
  auto client = Client::Open();
  if (!client.ok()) return client.status();

  Say(1,
      "The root CA, which all trust rests on. It signs its own "
      "certificate.");
  auto root = MakeAuthority(
      *client, "ROOT",
      {{"Organization", "PKI Engine demo"}, {"CommonName", "Demo Root CA"}},
      "RootCACertificate/V1", 3650, nullptr, Note);
  if (!root.ok()) return root.status();

  Say(2,
      "The subordinate CA, which does the daily work. The root signs its "
      "certificate.");
  auto subordinate =
      MakeAuthority(*client, "SUBORDINATE",
                    {{"Organization", "PKI Engine demo"},
                     {"CommonName", "Demo Subordinate CA"}},
                    "SubordinateCACertificate_PathLen0/V1", 1825, &*root, Note);
  if (!subordinate.ok()) return subordinate.status();

  Say(3, "The certificate. The subordinate CA signs it.");
  Node leaf;
  leaf.title = "Certificate";
  if (csr_path.empty()) {
    Note("No --csr was given: a request made for the occasion stands in.");
    Note("To bring your own, make one first:");
    Note("  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 \\");
    Note("    -nodes -keyout mine.key -subj /CN=mine.example -out mine.csr");
  } else {
    Note(absl::StrCat("the request is ", csr_path));
  }
  // Both ends are asked for, so that they are known here.
  const absl::Time now = absl::Now();
  leaf.not_before = now - absl::Hours(1);
  leaf.not_after = now + absl::Hours(24 * 365);
  Json request = IssueRequest(subordinate->arn, *csr, "EndEntityCertificate/V1",
                              At(leaf.not_after));
  request["ValidityNotBefore"] = At(leaf.not_before);
  const auto explained = client->Call("ExplainIssuance", request);
  if (!explained.ok()) return explained.status();
  leaf.subject = SubjectOf(*explained);
  const auto issued = Issue(*client, request);
  if (!issued.ok()) return issued.status();
  Note("checked    that the requester holds the key in the request");
  Note(absl::StrCat("issued     ", issued->arn));
  leaf.serial = SerialOf(issued->arn);

  Say(4, absl::StrCat("The files, in ", out, "."));
  std::error_code failure;
  std::filesystem::create_directories(out, failure);
  if (failure) {
    return absl::PermissionDeniedError(
        absl::StrCat("cannot create ", out, ": ", failure.message()));
  }
  const struct {
    const char* name;
    const char* what;
    std::string bytes;
  } files[] = {
      {"cert.pem", "the certificate", issued->pem + "\n"},
      {"cert.der", "the same in DER", DerOf(issued->pem)},
      {"chain.pem", "the subordinate CA's certificate, to send along",
       subordinate->pem + "\n"},
      {"root.pem", "the root CA's certificate, to trust", root->pem + "\n"},
      {"root.der", "the same in DER", DerOf(root->pem)},
  };
  for (const auto& file : files) {
    absl::Status written =
        WriteFile(absl::StrCat(out, "/", file.name), file.bytes);
    if (!written.ok()) return written;
    std::string name = file.name;
    name.resize(11, ' ');
    Note(absl::StrCat(name, file.what));
  }

  Say(5, "The hierarchy.");
  PrintTree({NodeOf("Root CA", root->state),
             NodeOf("Subordinate CA", subordinate->state), leaf});

  std::cout << "\nCheck it with software that is not ours:\n\n  openssl verify "
               "-x509_strict -CAfile "
            << ShellWord(out + "/root.pem") << " -untrusted "
            << ShellWord(out + "/chain.pem") << " "
            << ShellWord(out + "/cert.pem") << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddDemo(CLI::App& parent, Commands* commands) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* const demo = parent.add_subcommand(
      "demo", "Make a root CA, a subordinate CA and a certificate");
  demo->add_option("--csr", options->csr, "The CSR to issue for, PEM or DER")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  demo->add_option("--out", options->out, "The folder to write to")
      ->type_name("DIR")
      ->capture_default_str();
  commands->push_back({demo, [options] { return RunDemo(*options); }});
}

}  // namespace pkictl
