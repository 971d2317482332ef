// PKCS#10 certification requests (RFC 2986), read strictly.
#ifndef PKI_X509_CSR_H_
#define PKI_X509_CSR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/x509/extension.h"

namespace pki {

// Immutable. Owns its DER; every view lives as long as the object or a copy.
class Csr {
 public:
  // Reads PEM ("CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST") or DER.
  // Guaranteed afterwards: the structure is DER with nothing behind it, version
  // 1, the subject is a Name, at most one extensionRequest, no extension twice,
  // and the signature algorithm is one that the engine verifies. Merely
  // carried: the key (see PublicKey), the values of extensions, the signature.
  // Errors: MalformedCSRException with a field under "Csr".
  static absl::StatusOr<Csr> Parse(ByteView pem_or_der);

  ByteView der() const { return View(*der_); }
  // What is signed: CertificationRequestInfo.
  ByteView info() const { return info_; }
  // The subject, a Name in DER.
  ByteView subject() const { return subject_; }
  // The SubjectPublicKeyInfo in DER.
  ByteView spki() const { return spki_; }
  // The extensions asked for; empty when there is no extensionRequest.
  const ExtensionList& extensions() const { return extensions_; }
  SignatureAlgorithm signature_algorithm() const {
    return signature_algorithm_;
  }
  ByteView signature() const { return signature_; }

 private:
  Csr() = default;
  std::shared_ptr<const Bytes> der_;
  ByteView info_;
  ByteView subject_;
  ByteView spki_;
  ExtensionList extensions_;
  SignatureAlgorithm signature_algorithm_ = SignatureAlgorithm::kEcdsaSha256;
  ByteView signature_;
};

// What goes into a request's CertificationRequestInfo.
struct CsrParts {
  ByteView subject;
  ByteView spki;
  // Whole Extensions in DER; without any there is no attribute.
  absl::Span<const Bytes> extensions;
};

// CertificationRequestInfo in DER: what is to be signed.
Bytes EncodeCsrInfo(const CsrParts& parts);

}  // namespace pki

#endif  // PKI_X509_CSR_H_
