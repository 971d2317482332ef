// CAs and certificates, as any program makes them with the C ABI.
#include "capi/cli/authority.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace pkictl {
namespace {

constexpr char kSigningAlgorithm[] = "SHA256WITHECDSA";

}  // namespace

std::string TemplateArn(absl::string_view name) {
  return absl::StrCat("arn:aws:acm-pca:::template/", name);
}

std::string Member(const Json& json, const char* name) {
  return json.at(name).get<std::string>();
}

Json CreateRequest(const char* type, const Json& subject) {
  return {{"CertificateAuthorityType", type},
          {"CertificateAuthorityConfiguration",
           {{"KeyAlgorithm", "EC_prime256v1"},
            {"SigningAlgorithm", kSigningAlgorithm},
            {"Subject", subject}}}};
}

Json Days(int days) { return {{"Type", "DAYS"}, {"Value", days}}; }

Json At(absl::Time time) {
  return {{"Type", "ABSOLUTE"}, {"Value", absl::ToUnixSeconds(time)}};
}

// A request to have `issuer` sign `csr`.
Json IssueRequest(const std::string& issuer, const std::string& csr,
                  const char* template_name, const Json& validity) {
  return {{"CertificateAuthorityArn", issuer},
          {"Csr", absl::Base64Escape(csr)},
          {"SigningAlgorithm", kSigningAlgorithm},
          {"TemplateArn", TemplateArn(template_name)},
          {"Validity", validity}};
}

// "CN=Demo Root CA, O=PKI Engine demo"
std::string SubjectText(const Json& subject) {
  static constexpr std::pair<const char*, const char*> kNames[] = {
      {"CommonName", "CN"}, {"Organization", "O"}, {"Country", "C"}};
  std::vector<std::string> parts;
  for (const auto& [member, name] : kNames) {
    if (subject.contains(member)) {
      parts.push_back(absl::StrCat(name, "=", Member(subject, member)));
    }
  }
  return absl::StrJoin(parts, ", ");
}

std::string DerOf(absl::string_view pem) {
  std::string base64;
  for (absl::string_view line : absl::StrSplit(pem, '\n')) {
    if (absl::StartsWith(line, "-----END")) break;
    if (!absl::StartsWith(line, "-----")) absl::StrAppend(&base64, line);
  }
  std::string der;
  absl::Base64Unescape(base64, &der);
  return der;
}

absl::StatusOr<Issued> Issue(Client& client, const Json& request) {
  const auto issued = client.Call("IssueCertificate", request);
  if (!issued.ok()) return issued.status();
  const std::string arn = Member(*issued, "CertificateArn");
  const auto certificate = client.Call(
      "GetCertificate",
      {{"CertificateAuthorityArn", Member(request, "CertificateAuthorityArn")},
       {"CertificateArn", arn}});
  if (!certificate.ok()) return certificate.status();
  return Issued{arn, Member(*certificate, "Certificate")};
}

absl::StatusOr<Authority> MakeAuthority(
    Client& client, const char* type, const Json& subject,
    const char* template_name, int days, const Authority* issuer,
    const std::function<void(absl::string_view)>& note) {
  const auto created =
      client.Call("CreateCertificateAuthority", CreateRequest(type, subject));
  if (!created.ok()) return created.status();
  Authority ca;
  ca.arn = Member(*created, "CertificateAuthorityArn");
  note(absl::StrCat("created    ", ca.arn));

  const Json name = {{"CertificateAuthorityArn", ca.arn}};
  const auto csr = client.Call("GetCertificateAuthorityCsr", name);
  if (!csr.ok()) return csr.status();
  note("requested  its own certificate, with a CSR that its key signed");

  const auto issued = Issue(
      client, IssueRequest(issuer == nullptr ? ca.arn : issuer->arn,
                           Member(*csr, "Csr"), template_name, Days(days)));
  if (!issued.ok()) return issued.status();
  ca.pem = issued->pem;
  note(absl::StrCat("issued     from the template ", template_name));

  Json import = {{"CertificateAuthorityArn", ca.arn},
                 {"Certificate", absl::Base64Escape(ca.pem)}};
  if (issuer != nullptr) {
    import["CertificateChain"] = absl::Base64Escape(issuer->pem);
  }
  const auto imported =
      client.Call("ImportCertificateAuthorityCertificate", import);
  if (!imported.ok()) return imported.status();

  const auto described = client.Call("DescribeCertificateAuthority", name);
  if (!described.ok()) return described.status();
  ca.state = described->at("CertificateAuthority");
  note(absl::StrCat("imported   the CA is ", Member(ca.state, "Status")));
  return ca;
}

}  // namespace pkictl
