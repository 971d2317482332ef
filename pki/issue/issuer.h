// The hot path: a CSR and its resolved fields in, a signed certificate out.
//
// An Issuer is made once for a CA certificate and holds, as finished DER, all
// that its certificates have in common. Issuing is two steps: Prepare() encodes
// and lints what is to be signed, without the key; Redeem() signs it.
#ifndef PKI_ISSUE_ISSUER_H_
#define PKI_ISSUE_ISSUER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/keystore/key_store.h"
#include "pki/policy/name_constraints.h"
#include "pki/policy/path_length.h"
#include "pki/policy/resolve.h"
#include "pki/template/prepared_template.h"
#include "pki/x509/certificate.h"
#include "pki/x509/csr.h"
#include "pki/x509/extension.h"
#include "proto/config.pb.h"

namespace pki {

struct IssuerSettings {
  std::shared_ptr<const SigningKey> key;
  // The CA's certificate in DER; empty for a root that has none yet, and that
  // can only sign itself.
  ByteView certificate;
  // Those above it, its issuer first, in DER.
  std::vector<ByteView> chain;
  // What issued certificates say about revocation: one URI for each partition
  // of the CRL (pki/ca/crl_partition.h), or one for all; none and empty to say
  // nothing.
  std::vector<std::string> crl_uris;
  std::string ocsp_uri;
};

// What is asked for. Views and pointers live until Prepare() returns.
struct Issuance {
  const PreparedTemplate* form = nullptr;
  const Csr* csr = nullptr;
  // What the API gives: a Name in DER, and extensions.
  std::optional<ByteView> api_subject;
  absl::Span<const Extension> api_extensions;
  SignatureAlgorithm algorithm = SignatureAlgorithm::kEcdsaSha256;
  absl::Time not_before;
  absl::Time not_after;
  ByteView serial;  // big-endian bytes of a positive number
};

using ProvenanceVisitor = std::function<void(const Provenance&)>;

class Issuer;

// A linted TBSCertificate that waits for its signature. Only the issuer that
// made it, which it keeps alive, can redeem it, once.
class Plan {
 public:
  Plan(Plan&&) = default;
  Plan& operator=(Plan&&) = default;

  // What will be signed, in DER.
  ByteView tbs() const { return View(tbs_); }

 private:
  friend class Issuer;
  Plan(std::shared_ptr<const Issuer> issuer, SignatureAlgorithm algorithm,
       Bytes tbs)
      : issuer_(std::move(issuer)),
        algorithm_(algorithm),
        tbs_(std::move(tbs)) {}

  std::shared_ptr<const Issuer> issuer_;  // null when it was redeemed
  SignatureAlgorithm algorithm_;
  Bytes tbs_;
};

// Immutable; safe on any thread.
class Issuer : public std::enable_shared_from_this<Issuer> {
 public:
  // Errors: MalformedCertificateException reasons at "Issuer" for a certificate
  // that cannot be read, REASON_KEY_MALFORMED for its key;
  // REASON_IMPORT_NAME_CONSTRAINT_FORM.
  static absl::StatusOr<std::shared_ptr<const Issuer>> New(
      const IssuerSettings& settings);

  const SigningKey& key() const { return *key_; }
  // Of the CA's certificate: a Name in DER, empty while it has none, and the
  // whole extension authorityKeyIdentifier of what it signs.
  ByteView subject() const { return View(subject_); }
  ByteView authority_key_identifier() const {
    return View(authority_key_identifier_der_);
  }
  // Of the CA's certificate; none while it has none.
  std::optional<absl::Time> not_after() const { return not_after_; }
  // Of the CA's certificate and of those above it, the root last.
  absl::Span<const PathLength> path_lengths() const { return path_lengths_; }

  // Errors: REASON_KEY_MALFORMED at "Csr.subjectPublicKeyInfo"; those of
  // Resolve() (pki/policy/resolve.h);
  // REASON_NAME_CONSTRAINTS at "Certificate.subject" or
  // "Certificate.subjectAltName[i]"; REASON_NAME_CONSTRAINTS_VALUE; those of
  // LintTbs() (pki/lint/lint.h).
  absl::StatusOr<Plan> Prepare(const Issuance& issuance) const;

  // What Prepare() would put together, in DER, before lint; and, while its
  // views live, how it came to that, for `visit`. Errors: those of Prepare()
  // but for lint.
  absl::StatusOr<Bytes> Explain(const Issuance& issuance,
                                const ProvenanceVisitor& visit) const;

  // The certificate in DER. With SIGNATURE_CHECK_ALWAYS the signature is
  // verified first. Errors: KEY_FAILURE, CRYPTO_FAILURE;
  // REASON_ISSUED_SIGNATURE; INTERNAL_FAILURE for a plan of another issuer
  // or one that was redeemed.
  absl::StatusOr<Bytes> Redeem(Plan plan, v1::SignatureCheck check) const;

 private:
  Issuer() = default;
  // The TBSCertificate in DER. `visit` may be null.
  absl::StatusOr<Bytes> Compose(const Issuance& issuance,
                                const ProvenanceVisitor& visit) const;
  absl::Status ReadOwn(const Certificate& certificate);
  absl::Status ReadLimits(const Certificate& certificate);

  std::shared_ptr<const SigningKey> key_;
  Bytes subject_;  // a Name in DER; empty while there is no certificate
  std::optional<absl::Time> not_after_;
  std::vector<PathLength> path_lengths_;
  // Those of the same certificates.
  std::vector<NameConstraints> name_constraints_;
  // Whole Extensions, and what the resolver is offered of them: by the CA's
  // configuration, for each partition of the CRL, and by the engine.
  std::vector<Bytes> configured_der_;
  std::vector<std::vector<Extension>> configured_;
  Bytes authority_key_identifier_der_;
  Extension authority_key_identifier_;
};

}  // namespace pki

#endif  // PKI_ISSUE_ISSUER_H_
