// Calls of the engine and of openssl.
#include "pki/engine/ocsp_fixture.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr absl::string_view kLabels[] = {kCertificateLabel};
constexpr absl::Duration kYear = absl::Hours(24 * 365);

}  // namespace

OcspFixture::OcspFixture(const v1::EngineConfiguration& configuration)
    : harness_(configuration) {
  harness_.clock().Set(absl::Now());
}

OcspCa OcspFixture::Make(v1::CreateCertificateAuthorityRequest request) {
  request.mutable_revocation_configuration()
      ->mutable_ocsp_configuration()
      ->set_enabled(true);
  OcspCa ca;
  ca.arn = harness_.Create(request).value();
  return ca;
}

void OcspFixture::Certify(OcspCa* ca, const OcspCa& issuer,
                          absl::string_view template_name,
                          absl::Duration life) {
  const auto issued =
      harness_.IssueForCa(ca->arn, issuer.arn, template_name,
                          harness_.clock().Now().value() + life);
  ASSERT_THAT(issued, IsOk());
  ASSERT_THAT(harness_.Import(ca->arn, *issued), IsOk());
  ca->file = WriteTestFile("ca.pem", issued->certificate() + "\n");
}

OcspCa OcspFixture::MakeRoot(absl::string_view name, v1::KeyAlgorithm key,
                             std::optional<v1::SigningAlgorithm> signing) {
  auto request = EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, name, key);
  if (signing.has_value()) {
    request.mutable_certificate_authority_configuration()
        ->set_signing_algorithm(*signing);
  }
  OcspCa ca = Make(std::move(request));
  Renew(&ca, kYear);
  return ca;
}

OcspCa OcspFixture::MakeSubordinate(const OcspCa& parent,
                                    absl::string_view name) {
  OcspCa ca = Make(EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE, name));
  Certify(&ca, parent, "SubordinateCACertificate_PathLen0", kYear / 2);
  return ca;
}

void OcspFixture::Renew(OcspCa* root, absl::Duration life) {
  Certify(root, *root, "RootCACertificate", life);
}

OcspLeaf OcspFixture::Issue(const OcspCa& ca) {
  const auto issued = harness_.Issue(harness_.IssueRequest(
      ca.arn,
      View(TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "leaf"))));
  EXPECT_THAT(issued, IsOk());
  const Bytes der = DecodePem(issued->certificate(), kLabels)->front();
  const auto certificate = Certificate::Parse(View(der), "Test");
  return {absl::StrCat("0x", Hex(certificate->tbs().serial)),
          SerialWithColons(certificate->tbs().serial),
          WriteTestFile("leaf.pem", issued->certificate() + "\n")};
}

absl::Status OcspFixture::Revoke(const OcspCa& ca, const std::string& serial,
                                 v1::RevocationReason reason) {
  v1::RevokeCertificateRequest request;
  request.set_certificate_authority_arn(ca.arn);
  request.set_certificate_serial(serial);
  request.set_revocation_reason(reason);
  return harness_.Call<v1::RevokeCertificateResponse>(request).status();
}

std::string OcspFixture::Openssl(std::vector<std::string> command,
                                 const std::vector<std::string>& more) {
  command.insert(command.begin(), {"openssl", "ocsp"});
  command.insert(command.end(), more.begin(), more.end());
  return RunProgram(command).output;
}

std::vector<std::string> OcspFixture::Asked(
    const OcspCa& ca, const std::vector<std::string>& serials) {
  std::vector<std::string> arguments = {"-issuer", ca.file};
  for (const std::string& serial : serials) {
    arguments.insert(arguments.end(), {"-serial", serial});
  }
  return arguments;
}

Bytes OcspFixture::Request(const OcspCa& ca,
                           const std::vector<std::string>& serials,
                           const std::vector<std::string>& options) {
  const std::string path = NewTestPath("request.der");
  std::vector<std::string> command = options;
  command.insert(command.end(), {"-reqout", path});
  Openssl(command, Asked(ca, serials));
  return ReadTestFile(path);
}

absl::StatusOr<v1::RespondOcspResponse> OcspFixture::Respond(
    const Bytes& request) {
  v1::RespondOcspRequest call;
  call.set_request(request);
  return harness_.Call<v1::RespondOcspResponse>(call);
}

}  // namespace pki
