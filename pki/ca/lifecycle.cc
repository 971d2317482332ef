// The table of states and uses.
#include "pki/ca/lifecycle.h"

#include <algorithm>
#include <array>

#include "absl/strings/substitute.h"
#include "pki/base/status.h"

namespace pki {
namespace {

using Status = v1::CertificateAuthorityStatus;

// Where a use leads.
enum class Next {
  kRefused,
  kStay,
  kStored,  // what is stored shows again
  kActive,
  kDisabled,
  kDeleted,
  kPrevious,  // what it was before it was deleted
};
constexpr Next no = Next::kRefused;
constexpr Next ok = Next::kStay;

constexpr size_t kStates = 7;

// User Guide: updating a private CA, table of states; API Reference:
// DeleteCertificateAuthority, RestoreCertificateAuthority. An EXPIRED CA is
// stored as ACTIVE or DISABLED, and a new certificate gives it that state back.
// The sentences are the service's where it is known to say them; $0 is the
// CA's ARN.
struct Row {
  CaUse use;
  // For each state, in the order of the enum.
  std::array<Next, kStates> next;
  v1::Reason reason;
  absl::string_view sentence;
};
constexpr absl::string_view kCannotIssue =
    "The certificate authority is not in a valid state for issuing "
    "certificates";
constexpr absl::string_view kCannotUpdate =
    "The certificate authority must be in the ACTIVE or DISABLED state to be "
    "updated";
static_assert(v1::CertificateAuthorityStatus_MAX == kStates,
              "every state has a column");
// clang-format off
constexpr Row kRows[] = {
    // CREATING, PENDING_CERTIFICATE, ACTIVE, DELETED, DISABLED, EXPIRED, FAILED
    {CaUse::kIssue,
     {no, no, ok, no, no, no, no},
     v1::REASON_STATE_ISSUE, kCannotIssue},
    {CaUse::kIssueOwn,
     {no, ok, ok, no, no, ok, no},
     v1::REASON_STATE_ISSUE, kCannotIssue},
    {CaUse::kGetCsr,
     {no, ok, ok, no, ok, ok, no},
     v1::REASON_STATE_CSR,
     "The certificate authority $0 is not in the correct state to have a "
     "certificate signing request."},
    // The service says it in these words here too.
    {CaUse::kGetOwn,
     {no, no, ok, no, ok, ok, no},
     v1::REASON_STATE_CERTIFICATE,
     "The certificate authority $0 is not in the correct state to have a "
     "certificate signing request."},
    {CaUse::kGetCertificate,
     {no, ok, ok, no, ok, ok, no},
     v1::REASON_STATE_GET_CERTIFICATE,
     "The certificate authority $0 is not in the correct state to have issued "
     "certificates."},
    {CaUse::kImport,
     {no, Next::kActive, ok, no, no, Next::kStored, no},
     v1::REASON_STATE_IMPORT,
     "The certificate authority $0 is not in a valid state for importing a "
     "certificate"},
    {CaUse::kEnable,
     {no, no, ok, no, Next::kActive, no, no},
     v1::REASON_STATE_UPDATE, kCannotUpdate},
    {CaUse::kDisable,
     {no, no, Next::kDisabled, no, ok, no, no},
     v1::REASON_STATE_UPDATE, kCannotUpdate},
    {CaUse::kConfigure,
     {no, no, ok, no, ok, no, no},
     v1::REASON_STATE_UPDATE, kCannotUpdate},
    {CaUse::kDelete,
     {Next::kDeleted, Next::kDeleted, no, no, Next::kDeleted, Next::kDeleted, Next::kDeleted},
     v1::REASON_STATE_DELETE,
     "The certificate authority $0 cannot be deleted in its state; an active "
     "one must be disabled first."},
    {CaUse::kRestore,
     {no, no, no, Next::kPrevious, no, no, no},
     v1::REASON_STATE_RESTORE,
     "The certificate authority $0 is not deleted."},
    {CaUse::kRevoke,
     {no, no, ok, no, ok, no, no},
     v1::REASON_STATE_REVOKE,
     "The certificate authority $0 is not in a valid state for revoking "
     "certificates."},
    {CaUse::kMakeCrl,
     {no, no, ok, no, ok, no, no},
     v1::REASON_STATE_CRL,
     "The certificate authority $0 is not in a valid state for a certificate "
     "revocation list."},
    {CaUse::kRespondOcsp,
     {no, no, ok, no, ok, no, no},
     v1::REASON_STATE_OCSP,
     "The certificate authority $0 is not in a valid state for OCSP "
     "responses."},
    {CaUse::kReport,
     {no, no, ok, no, ok, no, no},
     v1::REASON_STATE_REPORT,
     "The certificate authority $0 is not in a valid state for an audit "
     "report."},
    {CaUse::kManage,
     {no, ok, ok, no, ok, ok, no},
     v1::REASON_STATE_MANAGE,
     "The certificate authority $0 is not in a valid state for this "
     "operation."},
};
// clang-format on

const Row& RowOf(CaUse use) {
  return *std::find_if(
      std::begin(kRows), std::end(kRows),
      [use](const Row& candidate) { return candidate.use == use; });
}

Next NextOf(const Row& row, Status shown) {
  // No state has the number 0.
  const auto index = static_cast<size_t>(shown) - 1;
  return index < kStates ? row.next[index] : Next::kRefused;
}

}  // namespace

Status EffectiveStatus(Status set, absl::Time creating_until,
                       absl::Time not_after, absl::Time now) {
  if (set == v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE) {
    return now < creating_until ? v1::CERTIFICATE_AUTHORITY_STATUS_CREATING
                                : set;
  }
  const bool has_certificate = set == v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE ||
                               set == v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED;
  return has_certificate && now > not_after
             ? v1::CERTIFICATE_AUTHORITY_STATUS_EXPIRED
             : set;
}

absl::Status CheckAllowed(Status status, CaUse use, absl::string_view arn,
                          absl::string_view field) {
  const Row& row = RowOf(use);
  if (NextOf(row, status) != Next::kRefused) return absl::OkStatus();
  return Refuse(row.reason, field, absl::Substitute(row.sentence, arn));
}

absl::StatusOr<std::optional<Status>> StatusAfter(Status set, Status shown,
                                                  Status before_deletion,
                                                  CaUse use,
                                                  absl::string_view arn) {
  PKI_RETURN_IF_ERROR(CheckAllowed(shown, use, arn));
  switch (NextOf(RowOf(use), shown)) {
    case Next::kActive:
      return v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE;
    case Next::kDisabled:
      return v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED;
    case Next::kDeleted:
      return v1::CERTIFICATE_AUTHORITY_STATUS_DELETED;
    case Next::kPrevious:
      return before_deletion;
    case Next::kStored:
      return set;
    default:
      return std::nullopt;
  }
}

}  // namespace pki
