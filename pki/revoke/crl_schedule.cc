// Arithmetic of CRLs.
#include "pki/revoke/crl_schedule.h"

#include <algorithm>
#include <cstdint>

#include "pki/base/timestamp.h"
#include "pki/der/time.h"
#include "pki/store/record.h"

namespace pki {
namespace {

// For clocks that are behind.
constexpr absl::Duration kBackdating = absl::Hours(1);

}  // namespace

v1::CrlRecord NextCrl(const std::optional<v1::CrlRecord>& last, absl::Time now,
                      int expiration_in_days) {
  // A number is positive also before 1970.
  const auto from_clock =
      static_cast<uint64_t>(std::max<int64_t>(1, absl::ToUnixMillis(now)));
  v1::CrlRecord crl;
  crl.set_format(kRecordFormat);
  crl.set_number(last.has_value() ? std::max(last->number() + 1, from_clock)
                                  : from_clock);
  const absl::Time begin = std::max(now - kBackdating, der::FirstTime());
  const absl::Time end =
      std::min(now + absl::Hours(24) * expiration_in_days, der::LastTime());
  *crl.mutable_this_update() = ToTimestamp(begin);
  *crl.mutable_next_update() = ToTimestamp(end);
  *crl.mutable_generated_at() = ToTimestamp(now);
  return crl;
}

absl::Time RenewalOf(const v1::CrlRecord& crl) {
  const absl::Time begin = FromTimestamp(crl.this_update());
  return begin + (FromTimestamp(crl.next_update()) - begin) / 2;
}

bool LastsLonger(const v1::CrlRecord& crl, int expiration_in_days) {
  return FromTimestamp(crl.next_update()) >
         FromTimestamp(crl.generated_at()) +
             absl::Hours(24) * expiration_in_days;
}

bool IsListed(const v1::RevocationRecord& revocation,
              const std::optional<v1::CrlRecord>& last,
              absl::Time this_update) {
  // A CRL tells time in seconds.
  const absl::Time gone_at =
      FromTimestamp(revocation.not_after()) + absl::Seconds(1);
  // The clock may have gone back since the last one.
  return !last.has_value() || FromTimestamp(last->this_update()) < gone_at ||
         this_update < gone_at;
}

}  // namespace pki
