// GenerateCertificateRevocationList, and a listing of what is in a CRL.
#include "capi/cli/crl.h"

#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "capi/cli/client.h"
#include "capi/cli/files.h"
#include "capi/cli/json.h"
#include "capi/cli/options.h"
#include "capi/cli/session.h"
#include "pki/base/bytes.h"
#include "pki/der/oid.h"
#include "pki/x509/crl.h"
#include "pki/x509/crl_reason.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pkictl {
namespace {

constexpr size_t kSerialDigits = 32;
constexpr absl::string_view kLabels[] = {"X509 CRL"};

struct GenerateOptions {
  StoreOptions store;
  std::string ca;
  std::string partition;  // empty for the complete CRL
  std::string out;        // a file; empty for none
};

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

// In hexadecimal, with at least as many digits as in the ARN of a certificate.
std::string SerialText(pki::ByteView serial) {
  // The octet that keeps a positive INTEGER positive is not part of the number.
  if (serial.size() > 1 && serial[0] == 0) serial.remove_prefix(1);
  const std::string digits = pki::Hex(serial);
  return digits.size() >= kSerialDigits
             ? digits
             : std::string(kSerialDigits - digits.size(), '0') + digits;
}

std::string ReasonText(std::optional<uint8_t> reason) {
  if (!reason.has_value()) return "UNSPECIFIED";
  const auto name = pki::CrlReasonName(*reason);
  return name.has_value() ? std::string(*name) : absl::StrCat(*reason);
}

void PrintField(absl::string_view name, absl::string_view value) {
  std::cout << absl::StreamFormat("%-12s  %s\n", name, value);
}

void PrintCrl(pki::Crl crl) {
  PrintField("Issuer", pki::NameToRfc2253(crl.issuer));
  if (const pki::Extension* number =
          pki::FindExtension(crl.extensions, pki::oid::kCrlNumber);
      number != nullptr) {
    const auto value = pki::ParseCrlNumber(number->value);
    PrintField("Number",
               value.has_value() ? absl::StrCat(*value) : "unreadable");
  }
  PrintField("This update", TimeText(crl.this_update));
  if (crl.next_update.has_value()) {
    PrintField("Next update", TimeText(*crl.next_update));
  }
  if (const pki::Extension* point = pki::FindExtension(
          crl.extensions, pki::oid::kIssuingDistributionPoint);
      point != nullptr) {
    const auto uris = pki::ParseIssuingDistributionPoint(point->value);
    PrintField("Scope",
               uris.has_value() ? absl::StrJoin(*uris, " ") : "unreadable");
  }
  std::cout << absl::StreamFormat("\n%-32s  %-23s  %s\n", "SERIAL", "REVOKED",
                                  "REASON");
  size_t count = 0;
  for (auto entry = crl.entries.Next(); entry.has_value();
       entry = crl.entries.Next(), ++count) {
    std::cout << absl::StreamFormat(
        "%-32s  %-23s  %s\n", SerialText(entry->serial),
        TimeText(entry->revoked_at), ReasonText(entry->reason));
  }
  std::cout << "\nRevoked certificates: " << count << "\n";
}

absl::Status RunShow(const std::string& path) {
  auto bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  if (pki::LooksLikePem(*bytes)) {
    auto blocks = pki::DecodePem(*bytes, kLabels);
    if (blocks.has_value() && blocks->size() == 1) {
      *bytes = std::move(blocks->front());
    }
  }
  std::optional<pki::Crl> crl = pki::Crl::Parse(pki::View(*bytes));
  if (!crl.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no CRL of version 2, in DER or PEM"));
  }
  PrintCrl(*std::move(crl));
  return absl::OkStatus();
}

// The one that `options` asks for, into its file.
absl::Status WriteCrl(Session& session, const GenerateOptions& options) {
  Json request = {{"CertificateAuthorityArn", options.ca}};
  if (!options.partition.empty()) request["Partition"] = options.partition;
  const auto got = session.Call("GetCertificateRevocationList", request);
  if (!got.ok()) return got.status();
  const auto der = BlobIn(*got, "CertificateRevocationList");
  if (!der.ok()) return der.status();
  return WriteFile(options.out, *der);
}

absl::Status RunGenerate(const GenerateOptions& options) {
  auto session =
      Session::Open(options.store, "GenerateCertificateRevocationList");
  if (!session.ok()) return session.status();
  const auto generated =
      session->Call("GenerateCertificateRevocationList",
                    {{"CertificateAuthorityArn", options.ca}});
  if (!generated.ok()) return generated.status();
  if (!options.out.empty()) return WriteCrl(*session, options);
  std::cout << absl::StreamFormat("%16s  %9s  %s\n", "NUMBER", "ENTRIES",
                                  "URI");
  for (const Json& crl : generated->at("Crls")) {
    std::cout << absl::StreamFormat(
        "%16d  %9d  %s\n", crl.value("Number", int64_t{0}),
        crl.value("Entries", int64_t{0}), crl.value("Uri", ""));
  }
  return absl::OkStatus();
}

}  // namespace

void AddCrl(CLI::App& parent, Commands* commands) {
  CLI::App* const app =
      parent.add_subcommand("crl", "Make and show revocation lists");
  app->require_subcommand(1);

  auto path = std::make_shared<std::string>("-");
  CLI::App* const show =
      app->add_subcommand("show", "List what is in a CRL, whoever has made it");
  show->add_option("file", *path,
                   "A CRL in DER or PEM; without it, or as -, standard input")
      ->type_name("FILE|-");
  commands->push_back({show, [path] { return RunShow(*path); }});

  auto options = std::make_shared<GenerateOptions>();
  CLI::App* const generate = app->add_subcommand(
      "generate", "Make a new CRL of a CA, or of each partition");
  generate->add_option("--ca", options->ca, "The ARN of the CA")
      ->type_name("ARN")
      ->required();
  CLI::Option* const out =
      generate
          ->add_option(
              "--out", options->out,
              "A file for the CRL in DER, else a table says what was made")
          ->type_name("FILE");
  generate
      ->add_option("--partition", options->partition,
                   "The partition whose CRL goes to the file")
      ->needs(out)
      ->type_name("ID");
  AddStoreOptions(*generate, "FILE", "The store", &options->store);
  AddKeyOptions(*generate, &options->store.key);
  commands->push_back({generate, [options] { return RunGenerate(*options); }});
}

}  // namespace pkictl
