// OCSP responses (RFC 6960 section 4.2), written from finished parts.
#ifndef PKI_X509_OCSP_RESPONSE_H_
#define PKI_X509_OCSP_RESPONSE_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"

namespace pki {

// OCSPResponseStatus, but for `successful`: why there is no answer.
enum class OcspRefusal : uint8_t {
  kMalformedRequest = 1,
  kInternalError = 2,
  kTryLater = 3,
  kSigRequired = 5,
  kUnauthorized = 6,
};

// A whole OCSPResponse that refuses.
Bytes EncodeOcspRefusal(OcspRefusal refusal);

enum class OcspCertStatus { kGood, kRevoked, kUnknown };

// What is said of one certificate. All times are kept to the second.
struct OcspStatus {
  OcspCertStatus status = OcspCertStatus::kUnknown;
  // Of a revoked one only. The reason is a CRLReason (RFC 5280 section 5.3.1).
  absl::Time revoked_at;
  std::optional<uint8_t> reason;
};

struct OcspSingleResponse {
  ByteView cert_id;  // a CertID in DER
  OcspStatus status;
};

// A ResponderID in DER: the responder's Name in DER, or the SHA-1 hash of the
// bits of its key.
Bytes EncodeOcspResponderByName(ByteView name);
Bytes EncodeOcspResponderByKey(ByteView key_hash);

struct OcspResponseParts {
  ByteView responder_id;
  absl::Span<const OcspSingleResponse> responses;
  // When it is made, which is thisUpdate too, and nextUpdate.
  absl::Time produced_at;
  absl::Time next_update;
  ByteView nonce;  // empty for none
};

// ResponseData in DER: what is to be signed.
Bytes EncodeOcspResponseData(const OcspResponseParts& parts);

// The whole OCSPResponse. `certificate` is that of a delegate, in DER; empty
// for none.
Bytes EncodeOcspResponse(ByteView response_data, ByteView signature_algorithm,
                         ByteView signature, ByteView certificate);

}  // namespace pki

#endif  // PKI_X509_OCSP_RESPONSE_H_
