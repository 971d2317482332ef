// When a CRL is made, how long it lasts, and what it lists: rules without I/O.
#ifndef PKI_REVOKE_CRL_SCHEDULE_H_
#define PKI_REVOKE_CRL_SCHEDULE_H_

#include <optional>

#include "absl/time/time.h"
#include "proto/store.pb.h"

namespace pki {

// The number and the times of the CRL that follows `last`. Its number is higher
// than the last one's, whatever the clock says; its validity is that of the
// service: from an hour ago until so many days from now.
v1::CrlRecord NextCrl(const std::optional<v1::CrlRecord>& last, absl::Time now,
                      int expiration_in_days);

// When the CRL is renewed, at the latest: half-way through its validity.
absl::Time RenewalOf(const v1::CrlRecord& crl);

// Whether the CRL lasts longer than the validity that is asked for now.
bool LastsLonger(const v1::CrlRecord& crl, int expiration_in_days);

// Whether the CRL that is of `this_update` and follows `last` lists the
// revocation. It does until one says that it is of a time at which the
// certificate had expired (RFC 5280 section 3.3).
bool IsListed(const v1::RevocationRecord& revocation,
              const std::optional<v1::CrlRecord>& last, absl::Time this_update);

}  // namespace pki

#endif  // PKI_REVOKE_CRL_SCHEDULE_H_
