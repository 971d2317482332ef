// The life of a CA as one table: which state allows what, and where it leads.
#ifndef PKI_CA_LIFECYCLE_H_
#define PKI_CA_LIFECYCLE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/service.pb.h"
#include "proto/store.pb.h"

namespace pki {

// What may be asked of a CA.
enum class CaUse {
  kIssue,           // a certificate for somebody else
  kIssueOwn,        // a root's own certificate
  kGetCsr,          // GetCertificateAuthorityCsr
  kGetOwn,          // GetCertificateAuthorityCertificate
  kGetCertificate,  // GetCertificate
  kImport,          // ImportCertificateAuthorityCertificate
  kEnable,          // UpdateCertificateAuthority to ACTIVE
  kDisable,         // UpdateCertificateAuthority to DISABLED
  kConfigure,       // UpdateCertificateAuthority, its RevocationConfiguration
  kDelete,          // DeleteCertificateAuthority
  kRestore,         // RestoreCertificateAuthority
  kRevoke,          // RevokeCertificate
  kMakeCrl,         // GenerateCertificateRevocationList
  kRespondOcsp,     // RespondOcsp, PresignOcspResponses
  kReport,          // CreateCertificateAuthorityAuditReport
  kManage,          // tags, permissions, policies
};

// The state that is shown. EXPIRED once the certificate has run out, whatever
// was set, except DELETED (User Guide: updating a private CA); `not_after` is
// that of the current certificate, ignored while there is none. CREATING until
// the time for PENDING_CERTIFICATE has come, which the test mode delays.
v1::CertificateAuthorityStatus EffectiveStatus(
    v1::CertificateAuthorityStatus set, absl::Time creating_until,
    absl::Time not_after, absl::Time now);

// OK when a CA in this state allows the use. Errors: InvalidStateException,
// with a reason of its own for each use, at `field`.
absl::Status CheckAllowed(
    v1::CertificateAuthorityStatus status, CaUse use, absl::string_view arn,
    absl::string_view field = "Request.CertificateAuthorityArn");

// The state that a CA, stored in the state `set` and shown in the state
// `shown`, has after the use; `before_deletion` is what a restored CA gets
// back. None when nothing changes. Errors: those of CheckAllowed().
absl::StatusOr<std::optional<v1::CertificateAuthorityStatus>> StatusAfter(
    v1::CertificateAuthorityStatus set, v1::CertificateAuthorityStatus shown,
    v1::CertificateAuthorityStatus before_deletion, CaUse use,
    absl::string_view arn);

}  // namespace pki

#endif  // PKI_CA_LIFECYCLE_H_
