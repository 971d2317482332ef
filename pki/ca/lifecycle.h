// The life of a CA as a table: which state allows what.
#ifndef PKI_CA_LIFECYCLE_H_
#define PKI_CA_LIFECYCLE_H_

#include "absl/status/status.h"
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
};

// The state that is shown: EXPIRED once the certificate has run out, whatever
// was set, except DELETED (User Guide: updating a private CA). `not_after` is
// that of the current certificate; ignored while there is none.
v1::CertificateAuthorityStatus EffectiveStatus(
    v1::CertificateAuthorityStatus set, absl::Time not_after, absl::Time now);

// OK when a CA in this state allows the use. Errors: InvalidStateException,
// with a reason of its own for each use.
absl::Status CheckAllowed(v1::CertificateAuthorityStatus status, CaUse use,
                          absl::string_view arn);

// The state after an import: ACTIVE, unless the CA had been disabled (User
// Guide: updating a private CA).
v1::CertificateAuthorityStatus StatusAfterImport(
    v1::CertificateAuthorityStatus set);

}  // namespace pki

#endif  // PKI_CA_LIFECYCLE_H_
