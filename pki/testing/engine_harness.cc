// The steps of a CA's life, through the operations.
#include "pki/testing/engine_harness.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "pki/base/status.h"
#include "pki/keystore/software_key_store.h"
#include "pki/store/memory_store.h"
#include "pki/testing/verify_certificate.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};
constexpr absl::Duration kRootLife = absl::Hours(24 * 3650);

v1::SigningAlgorithm Sha256For(v1::KeyAlgorithm key) {
  switch (key) {
    case v1::KEY_ALGORITHM_RSA_2048:
    case v1::KEY_ALGORITHM_RSA_3072:
    case v1::KEY_ALGORITHM_RSA_4096:
      return v1::SIGNING_ALGORITHM_SHA256WITHRSA;
    default:
      return v1::SIGNING_ALGORITHM_SHA256WITHECDSA;
  }
}

std::vector<Bytes> DerOf(absl::string_view pem) {
  return DecodePem(pem, kLabels).value();
}

}  // namespace

absl::Time HarnessTime() {
  return absl::FromCivil(absl::CivilSecond(2026, 3, 1, 12, 0, 0),
                         absl::UTCTimeZone());
}

std::string TemplateArnOf(absl::string_view name) {
  return absl::StrCat("arn:aws:acm-pca:::template/", name, "/V1");
}

EngineHarness::EngineHarness(const v1::EngineConfiguration& configuration,
                             std::shared_ptr<KeyStore> keys)
    : clock_(std::make_shared<FixedClock>(HarnessTime())),
      store_(std::make_shared<FailingStore>(std::make_shared<MemoryStore>())),
      keys_(std::make_shared<FailingKeyStore>(
          keys != nullptr ? std::move(keys)
                          : std::make_shared<SoftwareKeyStore>(
                                Keyring::Ephemeral(store_).value()))),
      entropy_(std::make_shared<FailingEntropy>(
          std::make_shared<SeededEntropy>("harness"))),
      ports_{clock_, entropy_, store_, keys_},
      engine_(Engine::New(configuration, ports_).value()) {}

v1::CreateCertificateAuthorityRequest EngineHarness::CreateRequest(
    v1::CertificateAuthorityType type, absl::string_view common_name,
    v1::KeyAlgorithm key) {
  v1::CreateCertificateAuthorityRequest request;
  request.set_certificate_authority_type(type);
  auto& configuration = *request.mutable_certificate_authority_configuration();
  configuration.set_key_algorithm(key);
  configuration.set_signing_algorithm(Sha256For(key));
  configuration.mutable_subject()->set_common_name(std::string(common_name));
  return request;
}

v1::IssueCertificateRequest EngineHarness::IssueRequest(
    absl::string_view ca_arn, ByteView csr) {
  v1::IssueCertificateRequest request;
  request.set_certificate_authority_arn(std::string(ca_arn));
  request.set_csr(Copy(csr));
  request.set_signing_algorithm(SigningAlgorithmOf(ca_arn));
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_DAYS);
  request.mutable_validity()->set_value(30);
  return request;
}

absl::StatusOr<std::string> EngineHarness::Create(
    const v1::CreateCertificateAuthorityRequest& request) {
  PKI_ASSIGN_OR_RETURN(auto created,
                       Call<v1::CreateCertificateAuthorityResponse>(request));
  return created.certificate_authority_arn();
}

absl::StatusOr<std::string> EngineHarness::CreateRoot(
    absl::string_view common_name, v1::KeyAlgorithm key) {
  PKI_ASSIGN_OR_RETURN(const std::string arn,
                       Create(CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT,
                                            common_name, key)));
  PKI_ASSIGN_OR_RETURN(
      const auto issued,
      IssueForCa(arn, arn, "RootCACertificate", HarnessTime() + kRootLife));
  PKI_RETURN_IF_ERROR(Import(arn, issued));
  return arn;
}

absl::StatusOr<std::string> EngineHarness::CreateSubordinate(
    absl::string_view parent, absl::string_view common_name,
    absl::string_view template_name, v1::KeyAlgorithm key) {
  PKI_ASSIGN_OR_RETURN(
      const std::string arn,
      Create(CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE,
                           common_name, key)));
  PKI_ASSIGN_OR_RETURN(const auto above, Describe(parent));
  PKI_ASSIGN_OR_RETURN(
      const auto issued,
      IssueForCa(arn, parent, template_name,
                 absl::FromUnixSeconds(above.not_after().seconds() - 1)));
  PKI_RETURN_IF_ERROR(Import(arn, issued));
  return arn;
}

absl::StatusOr<v1::GetCertificateResponse> EngineHarness::IssueForCa(
    absl::string_view ca_arn, absl::string_view issuer_arn,
    absl::string_view template_name, absl::Time not_after) {
  v1::GetCertificateAuthorityCsrRequest get;
  get.set_certificate_authority_arn(std::string(ca_arn));
  PKI_ASSIGN_OR_RETURN(const auto csr,
                       Call<v1::GetCertificateAuthorityCsrResponse>(get));
  v1::IssueCertificateRequest request =
      IssueRequest(issuer_arn, View(csr.csr()));
  request.set_template_arn(TemplateArnOf(template_name));
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_ABSOLUTE);
  request.mutable_validity()->set_value(absl::ToUnixSeconds(not_after));
  return Issue(request);
}

absl::Status EngineHarness::Import(absl::string_view ca_arn,
                                   const v1::GetCertificateResponse& issued) {
  v1::ImportCertificateAuthorityCertificateRequest request;
  request.set_certificate_authority_arn(std::string(ca_arn));
  request.set_certificate(issued.certificate());
  if (issued.has_certificate_chain()) {
    request.set_certificate_chain(issued.certificate_chain());
  }
  return Call<v1::ImportCertificateAuthorityCertificateResponse>(request)
      .status();
}

absl::StatusOr<v1::GetCertificateResponse> EngineHarness::Issue(
    const v1::IssueCertificateRequest& request) {
  PKI_ASSIGN_OR_RETURN(const auto issued,
                       Call<v1::IssueCertificateResponse>(request));
  v1::GetCertificateRequest get;
  get.set_certificate_authority_arn(request.certificate_authority_arn());
  get.set_certificate_arn(issued.certificate_arn());
  return Call<v1::GetCertificateResponse>(get);
}

absl::StatusOr<v1::CertificateAuthority> EngineHarness::Describe(
    absl::string_view ca_arn) {
  v1::DescribeCertificateAuthorityRequest request;
  request.set_certificate_authority_arn(std::string(ca_arn));
  PKI_ASSIGN_OR_RETURN(auto described,
                       Call<v1::DescribeCertificateAuthorityResponse>(request));
  return std::move(*described.mutable_certificate_authority());
}

absl::Status EngineHarness::Verify(const v1::GetCertificateResponse& issued) {
  const std::vector<Bytes> own = DerOf(issued.certificate());
  std::vector<Bytes> chain = DerOf(issued.certificate_chain());
  // A root stands for itself.
  if (chain.empty()) chain = own;
  const Bytes root = chain.back();
  chain.pop_back();
  const absl::Time now = clock_->Now().value();
  PKI_RETURN_IF_ERROR(
      VerifyWithBoringSsl(View(own.front()), chain, View(root), now));
  return VerifyWithOpenssl(View(own.front()), chain, View(root), now);
}

void EngineHarness::ChangeCa(
    absl::string_view ca_arn,
    const std::function<void(v1::CertificateAuthorityRecord&)>& change) {
  const std::string key =
      absl::StrCat("ca/", ca_arn.substr(ca_arn.rfind('/') + 1));
  v1::CertificateAuthorityRecord record;
  record.ParseFromString(store_->Get(key).value()->value);
  change(record);
  WriteBatch batch;
  batch.puts.emplace_back(key, record.SerializeAsString());
  store_->Commit(std::move(batch)).IgnoreError();
}

std::map<std::string, Bytes> EngineHarness::Stored() {
  std::map<std::string, Bytes> stored;
  const auto entries = store_->Scan({"", "~"}, SIZE_MAX);
  for (const Entry& entry : *entries) stored[entry.key] = entry.value;
  stored.erase("keyring");
  return stored;
}

v1::SigningAlgorithm EngineHarness::SigningAlgorithmOf(
    absl::string_view ca_arn) {
  const auto described = Describe(ca_arn);
  return described.ok() ? described->certificate_authority_configuration()
                              .signing_algorithm()
                        : v1::SIGNING_ALGORITHM_SHA256WITHECDSA;
}

}  // namespace pki
