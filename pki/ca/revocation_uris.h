// Where relying parties find a CA's CRL and OCSP responder.
#ifndef PKI_CA_REVOCATION_URIS_H_
#define PKI_CA_REVOCATION_URIS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/service.pb.h"
#include "proto/store.pb.h"

namespace pki {

// Checks a RevocationConfiguration beyond the limits of the model (API
// Reference: CrlConfiguration, OcspConfiguration). Errors:
// InvalidArgsException, with a field under "CrlConfiguration" or
// "OcspConfiguration".
absl::Status CheckRevocation(const v1::RevocationConfiguration& configuration);

struct CaPlace {
  absl::string_view partition;
  absl::string_view region;
  absl::string_view ca_id;
};

// Where a CRL lies as an object, and its URI.
struct CrlPlace {
  std::string bucket;
  std::string key;
  std::string uri;
};

// That of the partition with this id; of the complete CRL without one. With no
// CustomPath the service's are crl/CA.crl and crl/CA/PARTITION.crl.
CrlPlace CrlPlaceOf(const v1::CrlConfiguration& crl, const CaPlace& place,
                    absl::string_view partition_id);

// Where it is to be found: where CrlPlaceOf() has it by the CA's configuration,
// and then by those that it had before, each place once. Of these only the
// configurations that ask for it count, which are for partitions or for the
// complete CRL; of a CRL that is kept up there is one. So the places only
// become more.
std::vector<CrlPlace> CrlPlacesOf(const v1::CertificateAuthorityRecord& ca,
                                  const CaPlace& place,
                                  absl::string_view partition_id);

// The URIs that issued certificates carry (User Guide: setting up a certificate
// revocation method).
struct RevocationUris {
  // None where certificates carry none; one of each partition when the CRL is
  // partitioned (pki/ca/crl_partition.h); else that of the complete CRL.
  std::vector<std::string> crls;
  std::string ocsp;  // empty where they carry none
};
RevocationUris RevocationUrisOf(
    const v1::RevocationConfiguration& configuration, const CaPlace& place,
    absl::Span<const std::string> partition_ids);

}  // namespace pki

#endif  // PKI_CA_REVOCATION_URIS_H_
