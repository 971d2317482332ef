// A CA as the CertIDs of OCSP requests name it: by hashes of its name and key.
#ifndef PKI_REVOKE_OCSP_ISSUER_H_
#define PKI_REVOKE_OCSP_ISSUER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/x509/ocsp_cert_id.h"

namespace pki {

// Immutable; safe on any thread.
class OcspIssuer {
 public:
  // Of the CA's certificates in DER, which all have one key; at least one.
  // Errors: those of Certificate::Parse() at "Issuer"; REASON_KEY_MALFORMED.
  static absl::StatusOr<OcspIssuer> New(
      absl::Span<const ByteView> certificates);

  // Whether the certificate that `id` asks for would be this CA's, under any of
  // its certificates.
  bool IsIssuerOf(const CertId& id) const;

  // The CertID, by SHA-1, of what the CA issued under its last certificate:
  // what clients of RFC 5019 ask with. `serial` is the big-endian bytes of a
  // positive number.
  Bytes CertIdOf(ByteView serial) const;

 private:
  // By one hash.
  struct Hashes {
    std::vector<Bytes> names;
    Bytes key;
  };

  OcspIssuer() = default;
  const Hashes& By(CertIdHash hash) const {
    return hashes_[static_cast<size_t>(hash)];
  }

  std::vector<Hashes> hashes_;  // in the order of CertIdHashes()
};

}  // namespace pki

#endif  // PKI_REVOKE_OCSP_ISSUER_H_
