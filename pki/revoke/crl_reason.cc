// The names of the enum are those of the reasons, behind its own.
#include "pki/revoke/crl_reason.h"

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "pki/x509/crl_reason.h"

namespace pki {

std::optional<uint8_t> CrlReasonOf(v1::RevocationReason reason) {
  absl::string_view name = v1::RevocationReason_Name(reason);
  absl::ConsumePrefix(&name, "REVOCATION_REASON_");
  return CrlReasonNumber(name);
}

}  // namespace pki
