// From what a request says about validity to a certificate's two times.
#ifndef PKI_POLICY_VALIDITY_H_
#define PKI_POLICY_VALIDITY_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "proto/service.pb.h"
#include "proto/template.pb.h"

namespace pki {

// Everything that the two times depend on.
struct ValidityTerms {
  // The request's, with type and value present.
  const v1::Validity& validity;
  const v1::Validity* not_before;  // null when the request has none
  absl::Time issue_time;
  // What the template makes. A root is not held against an issuer or a usage
  // mode (User Guide: short-lived-certificates).
  v1::CertificateKind kind;
  // The end of the issuing CA's certificate; unused for a root.
  absl::Time issuer_not_after;
  v1::CertificateAuthorityUsageMode usage_mode;
};

// Whole seconds, both inclusive (RFC 5280 section 4.1.2.5).
struct ValidityPeriod {
  absl::Time not_before;
  absl::Time not_after;
};

// Spans count from the time of issue, with its fraction of a second dropped; a
// month's day that does not exist becomes the month's last. Without
// ValidityNotBefore the period begins 60 minutes before the issue. Errors at
// Request.Validity or Request.ValidityNotBefore, in this order:
// REASON_VALIDITY_DATE, REASON_VALIDITY_RANGE, REASON_VALIDITY_ENDED,
// REASON_VALIDITY_NOT_BEFORE_TYPE, REASON_VALIDITY_RANGE,
// REASON_VALIDITY_ORDER, REASON_VALIDITY_SHORT_LIVED,
// REASON_VALIDITY_EXCEEDS_ISSUER, REASON_VALIDITY_CA_EXCEEDS_ISSUER; and
// REASON_INTERNAL for a type that the validator would have refused.
absl::StatusOr<ValidityPeriod> ResolveValidity(const ValidityTerms& terms);

}  // namespace pki

#endif  // PKI_POLICY_VALIDITY_H_
