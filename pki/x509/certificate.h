// X.509 v3 certificates (RFC 5280 section 4.1): read strictly, and written from
// finished parts.
#ifndef PKI_X509_CERTIFICATE_H_
#define PKI_X509_CERTIFICATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/der/reader.h"
#include "pki/x509/extension.h"

namespace pki {

// A TBSCertificate's fields: views into its bytes.
struct TbsCertificate {
  uint64_t version = 0;  // 2 for v3
  ByteView serial;       // content octets of the INTEGER, may be negative
  ByteView signature_algorithm;  // AlgorithmIdentifier in DER
  ByteView issuer;               // Name in DER
  absl::Time not_before;
  der::Tag not_before_tag = 0;
  absl::Time not_after;
  der::Tag not_after_tag = 0;
  ByteView subject;  // Name in DER
  ByteView spki;     // SubjectPublicKeyInfo in DER
  bool has_unique_ids = false;
  ExtensionList extensions;
};

// Reads a whole TBSCertificate. None when it is not DER of that shape; what it
// says is not judged here.
std::optional<TbsCertificate> ParseTbsCertificate(ByteView der);

// "0a:1b:2c", as the service shows the serials of certificates.
std::string SerialWithColons(ByteView serial);

// Immutable. Owns its DER; every view lives as long as the object or a copy.
class Certificate {
 public:
  // Reads one certificate in DER. Guaranteed afterwards: the structure is DER
  // with nothing behind it, and both algorithm identifiers agree. Errors:
  // MalformedCertificateException at `field`.
  static absl::StatusOr<Certificate> Parse(ByteView der,
                                           absl::string_view field);

  ByteView der() const { return View(*der_); }
  // What is signed.
  ByteView tbs_der() const { return tbs_der_; }
  const TbsCertificate& tbs() const { return tbs_; }
  ByteView signature() const { return signature_; }

  // The extension of this type; null when it is absent.
  const Extension* Find(ByteView oid) const {
    return FindExtension(tbs_.extensions, oid);
  }

 private:
  Certificate() = default;
  std::shared_ptr<const Bytes> der_;
  ByteView tbs_der_;
  TbsCertificate tbs_;
  ByteView signature_;
};

// What a TBSCertificate is written from. All but the serial and the times are
// finished DER.
struct TbsParts {
  ByteView serial;  // big-endian bytes of a positive number
  ByteView signature_algorithm;
  ByteView issuer;
  absl::Time not_before;
  absl::Time not_after;
  ByteView subject;
  ByteView spki;
  absl::Span<const ByteView> extensions;  // whole Extensions, in their order
};
Bytes EncodeTbsCertificate(const TbsParts& parts);

}  // namespace pki

#endif  // PKI_X509_CERTIFICATE_H_
