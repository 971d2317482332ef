// The numbers of RFC 5280.
#include "pki/revoke/crl_reason.h"

namespace pki {

std::optional<uint8_t> CrlReasonOf(v1::RevocationReason reason) {
  switch (reason) {
    case v1::REVOCATION_REASON_KEY_COMPROMISE:
      return 1;
    case v1::REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE:
      return 2;
    case v1::REVOCATION_REASON_AFFILIATION_CHANGED:
      return 3;
    case v1::REVOCATION_REASON_SUPERSEDED:
      return 4;
    case v1::REVOCATION_REASON_CESSATION_OF_OPERATION:
      return 5;
    case v1::REVOCATION_REASON_PRIVILEGE_WITHDRAWN:
      return 9;
    case v1::REVOCATION_REASON_A_A_COMPROMISE:
      return 10;
    default:
      return std::nullopt;
  }
}

}  // namespace pki
