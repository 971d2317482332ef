// Preparing, linting and signing of certificates.
#include "pki/issue/issuer.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/digest.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/lint/lint.h"
#include "pki/policy/resolve.h"

namespace pki {
namespace {

constexpr absl::string_view kIssuerField = "Issuer";

// RFC 5280 section 4.2.1.2, method (1): SHA-1 of the subjectPublicKey's bits.
// `spki` has been read as a key before.
std::array<uint8_t, 20> KeyIdentifier(ByteView spki) {
  der::Reader outer(spki);
  der::Reader fields;
  ByteView algorithm;
  ByteView key;
  if (!outer.Read(der::kSequence, &fields) ||
      !fields.ReadElement(der::kSequence, &algorithm) ||
      !fields.ReadBitStringBytes(&key)) {
    key = spki;
  }
  return Sha1(key);
}

absl::Status Unreadable(const Extension& extension) {
  return Refuse(v1::REASON_CERTIFICATE_EXTENSION_VALUE,
                absl::StrCat(kIssuerField, ".extensions[",
                             oid::ToText(extension.oid), "]"),
                "The value of this extension cannot be read.");
}

absl::StatusOr<PathLength> PathLengthOf(const Certificate& certificate) {
  const Extension* extension = certificate.Find(oid::kBasicConstraints);
  if (extension == nullptr) return std::nullopt;
  const auto constraints = ParseBasicConstraints(extension->value);
  if (!constraints.has_value()) return Unreadable(*extension);
  return constraints->path_length;
}

}  // namespace

absl::Status Issuer::ReadOwn(const Certificate& certificate) {
  subject_ = Copy(certificate.tbs().subject);
  not_after_ = certificate.tbs().not_after;
  const auto computed = KeyIdentifier(certificate.tbs().spki);
  ByteView key_identifier = computed;
  if (const Extension* extension = certificate.Find(oid::kSubjectKeyIdentifier);
      extension != nullptr) {
    const auto own = ParseSubjectKeyIdentifier(extension->value);
    if (!own.has_value()) return Unreadable(*extension);
    key_identifier = *own;
  }
  authority_key_identifier_der_ =
      EncodeExtension(oid::kAuthorityKeyIdentifier, false,
                      View(EncodeAuthorityKeyIdentifier(key_identifier)));
  authority_key_identifier_ =
      *ParseExtension(View(authority_key_identifier_der_));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Issuer>> Issuer::New(
    const IssuerSettings& settings) {
  std::shared_ptr<Issuer> issuer(new Issuer);
  issuer->key_ = settings.key;
  if (!settings.certificate.empty()) {
    PKI_ASSIGN_OR_RETURN(
        const Certificate own,
        Certificate::Parse(settings.certificate, kIssuerField));
    PKI_RETURN_IF_ERROR(issuer->ReadOwn(own));
    PKI_ASSIGN_OR_RETURN(issuer->path_lengths_.emplace_back(),
                         PathLengthOf(own));
    for (const ByteView der : settings.chain) {
      PKI_ASSIGN_OR_RETURN(const Certificate above,
                           Certificate::Parse(der, kIssuerField));
      PKI_ASSIGN_OR_RETURN(issuer->path_lengths_.emplace_back(),
                           PathLengthOf(above));
    }
  }
  if (!settings.crl_uri.empty()) {
    issuer->configured_der_.push_back(
        EncodeExtension(oid::kCrlDistributionPoints, false,
                        View(EncodeCrlDistributionPoint(settings.crl_uri))));
  }
  if (!settings.ocsp_uri.empty()) {
    issuer->configured_der_.push_back(EncodeExtension(
        oid::kAuthorityInfoAccess, false,
        View(EncodeAuthorityInfoAccessOcsp(settings.ocsp_uri))));
  }
  for (const Bytes& der : issuer->configured_der_) {
    issuer->configured_.push_back(*ParseExtension(View(der)));
  }
  return std::shared_ptr<const Issuer>(std::move(issuer));
}

absl::StatusOr<Plan> Issuer::Prepare(const Issuance& issuance) const {
  const Bytes subject_key_identifier_der = EncodeExtension(
      oid::kSubjectKeyIdentifier, false,
      View(EncodeSubjectKeyIdentifier(KeyIdentifier(issuance.csr->spki()))));
  const Extension computed[] = {
      *ParseExtension(View(subject_key_identifier_der)),
      authority_key_identifier_};
  const bool signs_itself =
      issuance.form->kind() == v1::CERTIFICATE_KIND_ROOT_CA;

  Offers offers;
  // What signs itself has no authority but itself, and is not revoked.
  offers[v1::SOURCE_ENGINE].extensions =
      absl::MakeConstSpan(computed, signs_itself ? 1 : 2);
  if (!signs_itself) {
    offers[v1::SOURCE_CA_CONFIGURATION].extensions = configured_;
  }
  offers[v1::SOURCE_API] = {issuance.api_subject, issuance.api_extensions};
  offers[v1::SOURCE_CSR] = {issuance.csr->subject(),
                            issuance.csr->extensions()};
  PKI_ASSIGN_OR_RETURN(const Resolution resolution,
                       Resolve(*issuance.form, offers));

  TbsParts parts;
  parts.serial = issuance.serial;
  parts.signature_algorithm = InfoOf(issuance.algorithm).identifier;
  parts.issuer = signs_itself ? resolution.subject : View(subject_);
  parts.not_before = issuance.not_before;
  parts.not_after = issuance.not_after;
  parts.subject = resolution.subject;
  parts.spki = issuance.csr->spki();
  parts.extensions = resolution.extensions;
  Bytes tbs = EncodeTbsCertificate(parts);
  PKI_RETURN_IF_ERROR(LintTbs(View(tbs)));
  return Plan(this, issuance.algorithm, std::move(tbs));
}

absl::StatusOr<Bytes> Issuer::Redeem(Plan plan,
                                     v1::SignatureCheck check) const {
  if (plan.issuer_ != this) {
    return Refuse(v1::REASON_PLAN_OF_OTHER_ISSUER, "",
                  "A plan was brought to an issuer that did not make it.");
  }
  PKI_ASSIGN_OR_RETURN(const Bytes signature,
                       key_->Sign(plan.algorithm_, plan.tbs()));
  if (check != v1::SIGNATURE_CHECK_TRUST_SIGNER &&
      !key_->public_key().Verify(plan.algorithm_, plan.tbs(),
                                 View(signature))) {
    return Refuse(v1::REASON_ISSUED_SIGNATURE, "",
                  "The key made a signature that does not verify; nothing was "
                  "issued.");
  }
  return EncodeSigned(plan.tbs(), InfoOf(plan.algorithm_).identifier,
                      View(signature));
}

}  // namespace pki
