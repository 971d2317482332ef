// UpdateCertificateAuthority, DeleteCertificateAuthority and
// RestoreCertificateAuthority: the later life of a CA.
#include "absl/time/time.h"
#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/ca/revocation_uris.h"
#include "pki/engine/change_ca.h"
#include "pki/engine/crl.h"
#include "pki/engine/operations.h"

namespace pki {
namespace {

// API Reference: DeleteCertificateAuthority.
constexpr int kDefaultDeletionDays = 30;

absl::StatusOr<CaUse> UseOf(v1::CertificateAuthorityStatus wanted) {
  if (wanted == v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE) return CaUse::kEnable;
  if (wanted == v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED) {
    return CaUse::kDisable;
  }
  return Refuse(v1::REASON_UPDATE_STATUS, "Request.Status",
                "A certificate authority can be made ACTIVE or DISABLED.");
}

// A CA of these states has nothing to be restored.
bool IsRestorable(v1::CertificateAuthorityStatus status) {
  return status != v1::CERTIFICATE_AUTHORITY_STATUS_CREATING &&
         status != v1::CERTIFICATE_AUTHORITY_STATUS_FAILED;
}

}  // namespace

absl::Status UpdateCertificateAuthority(
    Context& context, const v1::UpdateCertificateAuthorityRequest& request,
    v1::UpdateCertificateAuthorityResponse* /*response*/) {
  const v1::RevocationConfiguration& revocation =
      request.revocation_configuration();
  PKI_RETURN_IF_ERROR(
      Under("Request.RevocationConfiguration", CheckRevocation(revocation)));
  CaUse use = CaUse::kConfigure;
  if (request.has_status()) {
    PKI_ASSIGN_OR_RETURN(use, UseOf(request.status()));
  }
  const auto update = [&](Ca& ca, absl::Time now) -> absl::Status {
    PKI_RETURN_IF_ERROR(ca.Apply(use, now));
    // What is not mentioned stays as it is.
    v1::RevocationConfiguration& current = *ca.record.mutable_revocation();
    if (revocation.has_crl_configuration()) {
      PKI_RETURN_IF_ERROR(
          ChangeCrlConfiguration(revocation.crl_configuration(), &ca.record));
    }
    if (revocation.has_ocsp_configuration()) {
      *current.mutable_ocsp_configuration() = revocation.ocsp_configuration();
    }
    current.DiscardUnknownFields();
    return AddCrlPartitions(context.entropy(), &ca.record);
  };
  return ChangeCa(context, request.certificate_authority_arn(), update);
}

absl::Status DeleteCertificateAuthority(
    Context& context, const v1::DeleteCertificateAuthorityRequest& request,
    v1::DeleteCertificateAuthorityResponse* /*response*/) {
  const int days = request.has_permanent_deletion_time_in_days()
                       ? request.permanent_deletion_time_in_days()
                       : kDefaultDeletionDays;
  const auto remove = [&](Ca& ca, absl::Time now) -> absl::Status {
    const bool restorable = IsRestorable(ca.StatusAt(now));
    const v1::CertificateAuthorityStatus before = ca.record.status();
    PKI_RETURN_IF_ERROR(ca.Apply(CaUse::kDelete, now));
    ca.record.set_status_before_deletion(before);
    *ca.record.mutable_restorable_until() =
        ToTimestamp(restorable ? now + absl::Hours(24) * days : now);
    return absl::OkStatus();
  };
  PKI_RETURN_IF_ERROR(
      ChangeCa(context, request.certificate_authority_arn(), remove));
  context.Forget(request.certificate_authority_arn());
  return absl::OkStatus();
}

absl::Status RestoreCertificateAuthority(
    Context& context, const v1::RestoreCertificateAuthorityRequest& request,
    v1::RestoreCertificateAuthorityResponse* /*response*/) {
  const auto restore = [](Ca& ca, absl::Time now) -> absl::Status {
    PKI_RETURN_IF_ERROR(ca.Apply(CaUse::kRestore, now));
    ca.record.clear_status_before_deletion();
    ca.record.clear_restorable_until();
    return absl::OkStatus();
  };
  return ChangeCa(context, request.certificate_authority_arn(), restore);
}

}  // namespace pki
