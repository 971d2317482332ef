// The names of resources (API Reference: Arn):
//   arn:PARTITION:acm-pca:REGION:ACCOUNT:certificate-authority/ID
//   arn:…:certificate-authority/ID/certificate/SERIAL
#ifndef PKI_ENGINE_ARN_H_
#define PKI_ENGINE_ARN_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/base/ports.h"

namespace pki {

// A certificate's serial in bytes.
inline constexpr size_t kSerialSize = 16;

struct CaArn {
  std::string partition;
  std::string region;
  std::string account;
  std::string id;  // a UUID in lower case

  std::string ToString() const;
};

// Errors: REASON_ARN_MALFORMED at `field`.
absl::StatusOr<CaArn> ParseCaArn(absl::string_view arn,
                                 absl::string_view field);

// "…/certificate/" and the serial as 32 lower-case hex digits.
std::string CertificateArn(absl::string_view ca_arn, ByteView serial);

struct CertificateName {
  CaArn ca;
  std::string serial;  // 32 lower-case hex digits
};
// Errors: REASON_ARN_MALFORMED at `field`.
absl::StatusOr<CertificateName> ParseCertificateArn(absl::string_view arn,
                                                    absl::string_view field);

// The 32 digits of a serial from the content octets of its INTEGER; none for a
// number that is negative, or has more bytes.
std::optional<std::string> SerialDigits(ByteView integer);

// A UUID of version 4 (RFC 9562 section 5.4) from 16 random bytes.
std::string Uuid(ByteView random);
// From new ones. Errors: ENTROPY_FAILURE.
absl::StatusOr<std::string> NewUuid(Entropy& entropy);

}  // namespace pki

#endif  // PKI_ENGINE_ARN_H_
