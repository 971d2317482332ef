// ASN.1 times as certificates use them (RFC 5280 section 4.1.2.5).
#ifndef PKI_DER_TIME_H_
#define PKI_DER_TIME_H_

#include <optional>

#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki::der {

// The last instant that a certificate can name: 9999-12-31 23:59:59 UTC. It is
// also the value for "no well-defined expiry".
constexpr absl::Time LastTime() { return absl::FromUnixSeconds(253402300799); }

// The first instant of 1950, where UTCTime begins. Earlier times need a
// GeneralizedTime, which certificates do not use for them.
constexpr absl::Time FirstTime() { return absl::FromUnixSeconds(-631152000); }

// Reads the contents of a UTCTime (YYMMDDHHMMSSZ, 1950 to 2049) or of a
// GeneralizedTime (YYYYMMDDHHMMSSZ). None for every other tag or form, and for
// dates that do not exist.
std::optional<absl::Time> ParseTime(Tag tag, ByteView contents);

// The whole element: UTCTime until 2049, GeneralizedTime from 2050 on. `time`
// lies between FirstTime() and LastTime(); fractions of a second are dropped.
Bytes EncodeTime(absl::Time time);

// The same as a GeneralizedTime whatever the year, as OCSP has them (RFC 6960
// section 4.2.1).
Bytes EncodeGeneralizedTime(absl::Time time);

}  // namespace pki::der

#endif  // PKI_DER_TIME_H_
