// Certificates for tests, as good or as bad as a test wants them.
#ifndef PKI_TESTING_TEST_CERTIFICATE_H_
#define PKI_TESTING_TEST_CERTIFICATE_H_

#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "pki/crypto/private_key.h"

namespace pki {

// What a certificate says. Nothing of it is checked.
struct TestCertificate {
  Bytes serial = "\x01";
  Bytes issuer;   // a Name in DER, as TestName() makes it
  Bytes subject;  // the same
  absl::Time not_before;
  absl::Time not_after;
  Bytes spki;
  std::vector<Bytes> extensions;  // whole ones, in DER
  // The AlgorithmIdentifier in both places; empty for the one with SHA-256 that
  // suits the signer.
  Bytes algorithm;
  // Changes the TBSCertificate before it is signed; may be null.
  std::function<void(Bytes*)> edit_tbs;
};

// In DER, signed with the algorithm with SHA-256 that suits `signer`.
Bytes SignTestCertificate(const TestCertificate& certificate,
                          const PrivateKey& signer);

}  // namespace pki

#endif  // PKI_TESTING_TEST_CERTIFICATE_H_
