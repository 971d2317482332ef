// Verifiers that we did not write, for every certificate that a test issues.
#ifndef PKI_TESTING_VERIFY_CERTIFICATE_H_
#define PKI_TESTING_VERIFY_CERTIFICATE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"

namespace pki {

// Both verify `certificate` at the time `at` up to `root`, through
// `intermediates` in any order; all in DER. Both are strict about RFC 5280, and
// neither looks at what the certificate is to be used for. The error says what
// the verifier said.

// BoringSSL's X509_verify_cert.
absl::Status VerifyWithBoringSsl(ByteView certificate,
                                 absl::Span<const Bytes> intermediates,
                                 ByteView root, absl::Time at);

// The program `openssl verify`.
absl::Status VerifyWithOpenssl(ByteView certificate,
                               absl::Span<const Bytes> intermediates,
                               ByteView root, absl::Time at);

}  // namespace pki

#endif  // PKI_TESTING_VERIFY_CERTIFICATE_H_
