// Preparing, linting and signing of certificates.
#include "pki/issue/issuer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/ca/crl_partition.h"
#include "pki/crypto/digest.h"
#include "pki/crypto/spki.h"
#include "pki/der/oid.h"
#include "pki/keystore/checked_signature.h"
#include "pki/lint/lint.h"
#include "pki/policy/resolve.h"

namespace pki {
namespace {

constexpr absl::string_view kIssuerField = "Issuer";
constexpr absl::string_view kIssuedField = "Certificate";

// RFC 5280 section 4.2.1.2, method (1).
std::array<uint8_t, 20> KeyIdentifier(const Spki& spki) {
  return Sha1(spki.key);
}

std::string FieldOf(absl::string_view certificate, ByteView oid) {
  return absl::StrCat(certificate, ".extensions[", oid::Show(oid), "]");
}

absl::Status Unreadable(const Extension& extension) {
  return Refuse(v1::REASON_CERTIFICATE_EXTENSION_VALUE,
                FieldOf(kIssuerField, extension.oid),
                "The value of this extension cannot be read.");
}

absl::StatusOr<PathLength> PathLengthOf(const Certificate& certificate) {
  const Extension* extension = certificate.Find(oid::kBasicConstraints);
  if (extension == nullptr) return std::nullopt;
  const auto constraints = ParseBasicConstraints(extension->value);
  if (!constraints.has_value()) return Unreadable(*extension);
  return constraints->path_length;
}

// The resolved extension; none when the certificate goes without it.
std::optional<Extension> Find(const Resolution& resolution, ByteView oid) {
  for (const ByteView der : resolution.extensions) {
    const auto extension = ParseExtension(der);
    if (extension.has_value() && oid::Same(extension->oid, oid)) {
      return extension;
    }
  }
  return std::nullopt;
}

absl::Status CheckResolvedNames(const Resolution& resolution, bool is_ca,
                                absl::Span<const NameConstraints> above) {
  if (above.empty()) return absl::OkStatus();
  CertificateNames names{resolution.subject, std::nullopt, is_ca};
  if (const auto alt = Find(resolution, oid::kSubjectAltName);
      alt.has_value()) {
    names.subject_alt_name = alt->value;
  }
  return CheckNames(names, above, v1::REASON_NAME_CONSTRAINTS, kIssuedField);
}

// Constraints that a new CA is to have must be such as can be enforced on it.
absl::Status CheckNewConstraints(const Resolution& resolution) {
  const auto extension = Find(resolution, oid::kNameConstraints);
  if (!extension.has_value()) return absl::OkStatus();
  const std::string field = FieldOf(kIssuedField, oid::kNameConstraints);
  const auto constraints = NameConstraints::New(extension->value, field);
  if (constraints.ok()) return absl::OkStatus();
  // Its own reasons speak of an import.
  return Refuse(v1::REASON_NAME_CONSTRAINTS_VALUE, field,
                DetailOf(constraints.status()).message());
}

}  // namespace

// What a certificate above demands of those below.
absl::Status Issuer::ReadLimits(const Certificate& certificate) {
  PKI_ASSIGN_OR_RETURN(path_lengths_.emplace_back(), PathLengthOf(certificate));
  const Extension* extension = certificate.Find(oid::kNameConstraints);
  if (extension == nullptr) return absl::OkStatus();
  PKI_ASSIGN_OR_RETURN(
      NameConstraints constraints,
      NameConstraints::New(extension->value,
                           FieldOf(kIssuerField, extension->oid)));
  name_constraints_.push_back(std::move(constraints));
  return absl::OkStatus();
}

absl::Status Issuer::ReadOwn(const Certificate& certificate) {
  subject_ = Copy(certificate.tbs().subject);
  not_after_ = certificate.tbs().not_after;
  PKI_ASSIGN_OR_RETURN(
      const Spki spki,
      ParseSpki(certificate.tbs().spki, "Issuer.subjectPublicKeyInfo"));
  const auto computed = KeyIdentifier(spki);
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
    PKI_RETURN_IF_ERROR(issuer->ReadLimits(own));
    for (const ByteView der : settings.chain) {
      PKI_ASSIGN_OR_RETURN(const Certificate above,
                           Certificate::Parse(der, kIssuerField));
      PKI_RETURN_IF_ERROR(issuer->ReadLimits(above));
    }
  }
  for (const std::string& uri : settings.crl_uris) {
    issuer->configured_der_.push_back(
        EncodeExtension(oid::kCrlDistributionPoints, false,
                        View(EncodeCrlDistributionPoint(uri))));
  }
  if (!settings.ocsp_uri.empty()) {
    issuer->configured_der_.push_back(EncodeExtension(
        oid::kAuthorityInfoAccess, false,
        View(EncodeAuthorityInfoAccessOcsp(settings.ocsp_uri))));
  }
  issuer->configured_.resize(std::max<size_t>(1, settings.crl_uris.size()));
  for (size_t i = 0; i < issuer->configured_.size(); ++i) {
    std::vector<Extension>& offered = issuer->configured_[i];
    if (!settings.crl_uris.empty()) {
      offered.push_back(*ParseExtension(View(issuer->configured_der_[i])));
    }
    if (!settings.ocsp_uri.empty()) {
      offered.push_back(*ParseExtension(View(issuer->configured_der_.back())));
    }
  }
  return std::shared_ptr<const Issuer>(std::move(issuer));
}

absl::StatusOr<Bytes> Issuer::Compose(const Issuance& issuance,
                                      const ProvenanceVisitor& visit) const {
  PKI_ASSIGN_OR_RETURN(const Spki spki, ParseSpki(issuance.csr->spki(),
                                                  "Csr.subjectPublicKeyInfo"));
  const Bytes subject_key_identifier_der =
      EncodeExtension(oid::kSubjectKeyIdentifier, false,
                      View(EncodeSubjectKeyIdentifier(KeyIdentifier(spki))));
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
    offers[v1::SOURCE_CA_CONFIGURATION].extensions =
        configured_[CrlPartitionOf(issuance.serial, configured_.size())];
  }
  offers[v1::SOURCE_API] = {issuance.api_subject, issuance.api_extensions};
  offers[v1::SOURCE_CSR] = {issuance.csr->subject(),
                            issuance.csr->extensions()};
  Provenance provenance;
  PKI_ASSIGN_OR_RETURN(
      const Resolution resolution,
      Resolve(*issuance.form, offers, visit ? &provenance : nullptr));
  if (visit) visit(provenance);
  const bool is_ca = issuance.form->kind() != v1::CERTIFICATE_KIND_END_ENTITY;
  if (!signs_itself) {
    PKI_RETURN_IF_ERROR(
        CheckResolvedNames(resolution, is_ca, name_constraints_));
  }
  if (is_ca) PKI_RETURN_IF_ERROR(CheckNewConstraints(resolution));

  TbsParts parts;
  parts.serial = issuance.serial;
  parts.signature_algorithm = InfoOf(issuance.algorithm).identifier;
  parts.issuer = signs_itself ? resolution.subject : View(subject_);
  parts.not_before = issuance.not_before;
  parts.not_after = issuance.not_after;
  parts.subject = resolution.subject;
  parts.spki = issuance.csr->spki();
  parts.extensions = resolution.extensions;
  return EncodeTbsCertificate(parts);
}

absl::StatusOr<Bytes> Issuer::Explain(const Issuance& issuance,
                                      const ProvenanceVisitor& visit) const {
  return Compose(issuance, visit);
}

absl::StatusOr<Plan> Issuer::Prepare(const Issuance& issuance) const {
  PKI_ASSIGN_OR_RETURN(Bytes tbs, Compose(issuance, nullptr));
  PKI_RETURN_IF_ERROR(LintTbs(View(tbs), issuance.form->lint_profiles()));
  return Plan(shared_from_this(), issuance.algorithm, std::move(tbs));
}

absl::StatusOr<Bytes> Issuer::Redeem(Plan plan,
                                     v1::SignatureCheck check) const {
  if (plan.issuer_.get() != this) {
    return Refuse(v1::REASON_PLAN_OF_OTHER_ISSUER, "",
                  "A plan is redeemed once, by the issuer that made it.");
  }
  return SignAndEncode(*key_, plan.algorithm_, plan.tbs(), check);
}

}  // namespace pki
