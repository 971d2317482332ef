// What names a certificate in OCSP: its issuer, by hashes of name and key, and
// its serial (RFC 6960 section 4.1.1).
#ifndef PKI_X509_OCSP_CERT_ID_H_
#define PKI_X509_OCSP_CERT_ID_H_

#include <optional>

#include "absl/types/span.h"
#include "pki/base/bytes.h"

namespace pki {

enum class CertIdHash { kSha1, kSha256, kSha384, kSha512 };

// All of them.
absl::Span<const CertIdHash> CertIdHashes();

Bytes HashBy(CertIdHash hash, ByteView data);

// A CertID. Views into bytes that somebody else owns.
struct CertId {
  std::optional<CertIdHash> hash;  // none for one that is none of those above
  ByteView issuer_name_hash;       // of the issuer's Name in DER
  ByteView issuer_key_hash;        // of Spki::key
  ByteView serial;  // content octets of the INTEGER, may be negative
  ByteView der;     // the whole CertID
};

// None when it is not DER of that shape. Of a hash above the parameters are
// NULL or absent, and the digests have its size.
std::optional<CertId> ParseCertId(ByteView der);

// A CertID in DER; `serial` is the big-endian bytes of a positive number.
Bytes EncodeCertId(CertIdHash hash, ByteView issuer_name_hash,
                   ByteView issuer_key_hash, ByteView serial);

}  // namespace pki

#endif  // PKI_X509_OCSP_CERT_ID_H_
