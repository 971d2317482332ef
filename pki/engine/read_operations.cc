// The three Gets: a CA's CSR, its certificate, and what it issued.
#include <string>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/operations.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

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

}  // namespace

absl::Status GetCertificateAuthorityCsr(
    Context& context, const v1::GetCertificateAuthorityCsrRequest& request,
    v1::GetCertificateAuthorityCsrResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(
      const Ca ca, context.ReadCaFor(request.certificate_authority_arn(), now,
                                     CaUse::kGetCsr));
  response->set_csr(EncodePem("CERTIFICATE REQUEST", View(ca.record.csr())));
  return absl::OkStatus();
}

absl::Status GetCertificateAuthorityCertificate(
    Context& context,
    const v1::GetCertificateAuthorityCertificateRequest& request,
    v1::GetCertificateAuthorityCertificateResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(
      const Ca ca, context.ReadCaFor(request.certificate_authority_arn(), now,
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
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(
      const Ca ca, context.ReadCaFor(request.certificate_authority_arn(), now,
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
    return DamagedRecord(CertificateKey(ca.arn.id, name.serial));
  }
  const v1::ImportedCertificate& issuer =
      ca.record.certificates(static_cast<int>(index));
  std::string* chain = response->mutable_certificate_chain();
  *chain = CertificatePem(issuer.certificate());
  AppendPems(issuer.chain(), chain);
  return absl::OkStatus();
}

}  // namespace pki
