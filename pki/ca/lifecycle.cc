// The table of states and uses.
#include "pki/ca/lifecycle.h"

#include <algorithm>

#include "absl/strings/substitute.h"
#include "pki/base/status.h"

namespace pki {
namespace {

using Status = v1::CertificateAuthorityStatus;

constexpr Status kPending =
    v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE;
constexpr Status kActive = v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE;
constexpr Status kDisabled = v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED;
constexpr Status kExpired = v1::CERTIFICATE_AUTHORITY_STATUS_EXPIRED;

// One bit a state.
template <typename... States>
constexpr uint32_t SetOf(States... states) {
  return ((1u << states) | ...);
}

// User Guide: updating a private CA, table of states. The sentences are the
// service's where it is known to say them; $0 is the CA's ARN.
struct Row {
  CaUse use;
  uint32_t allowed;
  v1::Reason reason;
  absl::string_view sentence;
};
constexpr Row kRows[] = {
    {CaUse::kIssue, SetOf(kActive), v1::REASON_STATE_ISSUE,
     "The certificate authority is not in a valid state for issuing "
     "certificates"},
    {CaUse::kIssueOwn, SetOf(kPending, kActive, kExpired),
     v1::REASON_STATE_ISSUE,
     "The certificate authority is not in a valid state for issuing "
     "certificates"},
    {CaUse::kGetCsr, SetOf(kPending, kActive, kDisabled, kExpired),
     v1::REASON_STATE_CSR,
     "The certificate authority $0 is not in the correct state to have a "
     "certificate signing request."},
    // The service says it in these words here too.
    {CaUse::kGetOwn, SetOf(kActive, kDisabled, kExpired),
     v1::REASON_STATE_CERTIFICATE,
     "The certificate authority $0 is not in the correct state to have a "
     "certificate signing request."},
    {CaUse::kGetCertificate, SetOf(kPending, kActive, kDisabled, kExpired),
     v1::REASON_STATE_GET_CERTIFICATE,
     "The certificate authority $0 is not in the correct state to have issued "
     "certificates."},
    {CaUse::kImport, SetOf(kPending, kActive, kExpired),
     v1::REASON_STATE_IMPORT,
     "The certificate authority $0 is not in a valid state for importing a "
     "certificate"},
};

}  // namespace

Status EffectiveStatus(Status set, absl::Time not_after, absl::Time now) {
  const bool has_certificate = set == kActive || set == kDisabled;
  return has_certificate && now > not_after ? kExpired : set;
}

absl::Status CheckAllowed(Status status, CaUse use, absl::string_view arn) {
  const Row& row = *std::find_if(
      std::begin(kRows), std::end(kRows),
      [use](const Row& candidate) { return candidate.use == use; });
  if ((row.allowed >> status & 1) != 0) return absl::OkStatus();
  return Refuse(row.reason, "Request.CertificateAuthorityArn",
                absl::Substitute(row.sentence, arn));
}

Status StatusAfterImport(Status set) {
  return set == kDisabled ? kDisabled : kActive;
}

}  // namespace pki
