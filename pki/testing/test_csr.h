// CSRs for tests, signed by fresh keys.
#ifndef PKI_TESTING_TEST_CSR_H_
#define PKI_TESTING_TEST_CSR_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/crypto/private_key.h"
#include "pki/crypto/signature_algorithm.h"

namespace pki {

// A new key; aborts the test program when there is none to be had.
PrivateKey NewTestKey(v1::KeyAlgorithm algorithm);

// The algorithm with SHA-256 that suits the key.
SignatureAlgorithm Sha256AlgorithmOf(const PrivateKey& key);

// A Name with this commonName; the empty Name for an empty one.
Bytes TestName(absl::string_view common_name);

// A CSR in DER for `subject`, a Name in DER, that asks for these whole
// Extensions.
Bytes TestCsrOf(const PrivateKey& key, ByteView subject,
                absl::Span<const Bytes> extensions = {});
// The same for TestName().
Bytes TestCsr(const PrivateKey& key, absl::string_view common_name,
              absl::Span<const Bytes> extensions = {});

// A whole subjectAltName extension with this one dNSName.
Bytes TestSubjectAltName(absl::string_view dns_name);

}  // namespace pki

#endif  // PKI_TESTING_TEST_CSR_H_
