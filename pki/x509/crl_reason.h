// The reasons of a revocation, as CRLs and OCSP responses number them (RFC 5280
// section 5.3.1) and as the service names them ("KEY_COMPROMISE").
#ifndef PKI_X509_CRL_REASON_H_
#define PKI_X509_CRL_REASON_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace pki {

// None for UNSPECIFIED, which is said by saying nothing, and for what is no
// name.
std::optional<uint8_t> CrlReasonNumber(absl::string_view name);

// None for a number that the service has no name for.
std::optional<absl::string_view> CrlReasonName(uint8_t number);

}  // namespace pki

#endif  // PKI_X509_CRL_REASON_H_
