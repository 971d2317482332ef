// What a certificate must be to become the certificate of a CA.
#ifndef PKI_CA_IMPORT_H_
#define PKI_CA_IMPORT_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pki/base/bytes.h"
#include "proto/service.pb.h"
#include "proto/store.pb.h"

namespace pki {

struct ImportInput {
  v1::CertificateAuthorityType type;
  ByteView spki;         // the CA's key
  ByteView certificate;  // PEM
  ByteView chain;        // PEM, the issuer first, the root last; may be empty
  absl::Time now;
};

// Checks the certificate and its chain (API Reference:
// ImportCertificateAuthorityCertificate; RFC 5280 section 6.1). The checks run
// in this order, each with a reason of its own:
//   1. the certificate is one PEM block and DER of a v3 certificate;
//   2. it holds the CA's key;
//   3. a root's is self-signed and has no chain, a subordinate's is not
//      self-signed and has one;
//   4. the chain is PEM and DER;
//   5. from the certificate up to the root, each: extensions once, readable,
//      critical only where listed; a CA by a critical basicConstraints; may
//      sign certificates; valid now;
//   6. each is named and signed by the next, and the root by itself;
//   7. each leaves room in its path length for those below;
//   8. from the root down, each: its names obey the name constraints above it,
//      and its own name constraints can be enforced.
// Errors: MalformedCertificateException, InvalidRequestException,
// CertificateMismatchException, with a field under "Request.Certificate" or
// "Request.CertificateChain[i]".
absl::StatusOr<v1::ImportedCertificate> CheckImport(const ImportInput& input);

}  // namespace pki

#endif  // PKI_CA_IMPORT_H_
