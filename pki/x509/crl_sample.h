// A CRL, put together as the engine does it.
#ifndef PKI_X509_CRL_SAMPLE_H_
#define PKI_X509_CRL_SAMPLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/x509/crl.h"

namespace pki {

struct CrlSample {
  struct Entry {
    Bytes serial;  // big-endian, not zero
    absl::Time revoked_at;
    std::optional<uint8_t> reason;
  };

  absl::Time this_update;
  absl::Time next_update;
  uint64_t number = 0;
  std::vector<std::string> uris;  // of the partition; none when complete
  std::vector<Entry> entries;
  Bytes signature = "signature";
};

// In DER, issued by CN=issuer, with SHA256WITHECDSA as its algorithm.
Bytes EncodeCrl(const CrlSample& sample);

// What of it is signed.
Bytes TbsOf(const CrlSample& sample);

}  // namespace pki

#endif  // PKI_X509_CRL_SAMPLE_H_
