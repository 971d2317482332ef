// OCSP requests (RFC 6960 section 4.1), read strictly.
#ifndef PKI_X509_OCSP_REQUEST_H_
#define PKI_X509_OCSP_REQUEST_H_

#include <vector>

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/x509/ocsp_cert_id.h"

namespace pki {

// RFC 9654 section 2.1.
inline constexpr size_t kMaxOcspNonce = 128;  // bytes

// What a request asks for. Views into its bytes.
struct OcspRequest {
  std::vector<CertId> certificates;  // at least one
  ByteView nonce;                    // empty when there is none
};

// Reads an OCSPRequest in DER with nothing behind it. Who asks is passed over:
// its name and its signature must be well-formed, and are not verified. So are
// extensions that are not critical, but for the nonce. Errors at
// "OcspRequest…": REASON_OCSP_REQUEST, REASON_OCSP_VERSION,
// REASON_OCSP_EXTENSION, REASON_OCSP_NONCE, REASON_OCSP_CERT_ID.
absl::StatusOr<OcspRequest> ParseOcspRequest(ByteView der);

// A request for one certificate, a CertID in DER, without a nonce: the form of
// RFC 5019 section 2.1.
Bytes EncodeOcspRequest(ByteView cert_id);

}  // namespace pki

#endif  // PKI_X509_OCSP_REQUEST_H_
