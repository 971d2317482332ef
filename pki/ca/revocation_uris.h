// Where relying parties find a CA's CRL and OCSP responder.
#ifndef PKI_CA_REVOCATION_URIS_H_
#define PKI_CA_REVOCATION_URIS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/service.pb.h"

namespace pki {

// Checks a RevocationConfiguration beyond the limits of the model (API
// Reference: CrlConfiguration, OcspConfiguration). Errors:
// InvalidArgsException, with a field under "CrlConfiguration" or
// "OcspConfiguration".
absl::Status CheckRevocation(const v1::RevocationConfiguration& configuration);

// The URIs that issued certificates carry; empty where they carry none (User
// Guide: setting up a certificate revocation method).
struct RevocationUris {
  std::string crl;
  std::string ocsp;
};

struct CaPlace {
  absl::string_view partition;
  absl::string_view region;
  absl::string_view ca_id;
};
RevocationUris RevocationUrisOf(
    const v1::RevocationConfiguration& configuration, const CaPlace& place);

}  // namespace pki

#endif  // PKI_CA_REVOCATION_URIS_H_
