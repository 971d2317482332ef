// The operations that only read: Describe and the three Gets.
#include <string>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/operations.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr absl::string_view kCertificateLabel = "CERTIFICATE";

std::string CertificatePem(const std::string& der) {
  return EncodePem(kCertificateLabel, View(der));
}

// One block under the other, no newline at the end.
template <typename Ders>
void AppendPems(const Ders& ders, std::string* pems) {
  for (const std::string& der : ders) {
    absl::StrAppend(pems, pems->empty() ? "" : "\n", CertificatePem(der));
  }
}

// The CA, in a state that allows `use`.
absl::StatusOr<Ca> ReadAllowed(const Context& context, absl::string_view arn,
                               CaUse use) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(Ca ca, context.ReadCa(arn));
  PKI_RETURN_IF_ERROR(CheckAllowed(ca.StatusAt(now), use, arn));
  return ca;
}

}  // namespace

absl::Status DescribeCertificateAuthority(
    Context& context, const v1::DescribeCertificateAuthorityRequest& request,
    v1::DescribeCertificateAuthorityResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       context.ReadCa(request.certificate_authority_arn()));
  v1::CertificateAuthority& shown = *response->mutable_certificate_authority();
  shown.set_arn(ca.record.arn());
  shown.set_owner_account(ca.record.owner_account());
  *shown.mutable_created_at() = ca.record.created_at();
  *shown.mutable_last_state_change_at() = ca.record.last_state_change_at();
  shown.set_type(ca.record.type());
  shown.set_status(ca.StatusAt(now));
  *shown.mutable_certificate_authority_configuration() =
      ca.record.configuration();
  *shown.mutable_revocation_configuration() = ca.record.revocation();
  shown.set_usage_mode(ca.record.usage_mode());
  if (!ca.record.certificates().empty()) {
    shown.set_serial(ca.serial);
    *shown.mutable_not_before() = ToTimestamp(ca.not_before);
    *shown.mutable_not_after() = ToTimestamp(ca.not_after);
  }
  return absl::OkStatus();
}

absl::Status GetCertificateAuthorityCsr(
    Context& context, const v1::GetCertificateAuthorityCsrRequest& request,
    v1::GetCertificateAuthorityCsrResponse* response) {
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       ReadAllowed(context, request.certificate_authority_arn(),
                                   CaUse::kGetCsr));
  response->set_csr(EncodePem("CERTIFICATE REQUEST", View(ca.record.csr())));
  return absl::OkStatus();
}

absl::Status GetCertificateAuthorityCertificate(
    Context& context,
    const v1::GetCertificateAuthorityCertificateRequest& request,
    v1::GetCertificateAuthorityCertificateResponse* response) {
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       ReadAllowed(context, request.certificate_authority_arn(),
                                   CaUse::kGetOwn));
  const v1::ImportedCertificate& own = *ca.record.certificates().rbegin();
  response->set_certificate(CertificatePem(own.certificate()));
  // A root has no chain, and none is shown.
  if (!own.chain().empty()) {
    AppendPems(own.chain(), response->mutable_certificate_chain());
  }
  return absl::OkStatus();
}

absl::Status GetCertificate(Context& context,
                            const v1::GetCertificateRequest& request,
                            v1::GetCertificateResponse* response) {
  constexpr absl::string_view kField = "Request.CertificateArn";
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       ReadAllowed(context, request.certificate_authority_arn(),
                                   CaUse::kGetCertificate));
  PKI_ASSIGN_OR_RETURN(const CertificateName name,
                       ParseCertificateArn(request.certificate_arn(), kField));
  if (name.ca.ToString() != ca.record.arn()) {
    return Refuse(v1::REASON_CERTIFICATE_OF_OTHER_CA, kField,
                  "The certificate is of another certificate authority than "
                  "Request.CertificateAuthorityArn.");
  }
  PKI_ASSIGN_OR_RETURN(
      const auto stored,
      ReadRecord<v1::CertificateRecord>(
          context.store(), CertificateKey(ca.arn.id, name.serial)));
  if (!stored.has_value()) {
    return Refuse(v1::REASON_CERTIFICATE_NOT_FOUND, kField,
                  absl::StrCat("This certificate authority issued no "
                               "certificate with the serial ",
                               name.serial, "."));
  }
  const v1::CertificateRecord& record = stored->record;
  response->set_certificate(CertificatePem(record.certificate()));
  // What signed itself has no chain.
  if (!record.has_issuer_certificate()) return absl::OkStatus();
  const uint32_t index = record.issuer_certificate();
  if (index >= static_cast<uint32_t>(ca.record.certificates_size())) {
    return CheckRecord(false, record.format(),
                       CertificateKey(ca.arn.id, name.serial));
  }
  const v1::ImportedCertificate& issuer =
      ca.record.certificates(static_cast<int>(index));
  std::string* chain = response->mutable_certificate_chain();
  *chain = CertificatePem(issuer.certificate());
  AppendPems(issuer.chain(), chain);
  return absl::OkStatus();
}

}  // namespace pki
