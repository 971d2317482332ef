// Reasons of a revocation as CRLs and OCSP responses number them.
#ifndef PKI_REVOKE_CRL_REASON_H_
#define PKI_REVOKE_CRL_REASON_H_

#include <cstdint>
#include <optional>

#include "proto/service.pb.h"

namespace pki {

// The CRLReason (RFC 5280 section 5.3.1); none for UNSPECIFIED, which is said
// by saying nothing.
std::optional<uint8_t> CrlReasonOf(v1::RevocationReason reason);

}  // namespace pki

#endif  // PKI_REVOKE_CRL_REASON_H_
