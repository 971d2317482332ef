// The checks on an imported certificate and its chain.
#include "pki/ca/import.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/public_key.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/policy/name_constraints.h"
#include "pki/policy/path_length.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr absl::string_view kCertificateField = "Request.Certificate";
constexpr absl::string_view kChainField = "Request.CertificateChain";
constexpr absl::string_view kLabels[] = {kCertificateLabel};
constexpr uint64_t kVersion3 = 2;
constexpr size_t kMaxKeyIdentifier = 64;  // bytes of the longest digest

// What may be critical (API Reference: ImportCertificateAuthorityCertificate,
// enforcement of critical constraints).
constexpr ByteView kMayBeCritical[] = {
    oid::kAuthorityKeyIdentifier,
    oid::kBasicConstraints,
    oid::kCertificatePolicies,
    oid::kExtendedKeyUsage,
    oid::kInhibitAnyPolicy,
    oid::kIssuerAltName,
    oid::kKeyUsage,
    oid::kNameConstraints,
    oid::kPolicyMappings,
    oid::kSubjectAltName,
    oid::kSubjectDirectoryAttributes,
    oid::kSubjectKeyIdentifier,
    oid::kSubjectInfoAccess,
};

// One certificate on the way up, and how errors call it.
struct Link {
  Certificate certificate;
  std::string field;
};

std::string ExtensionField(const Link& link, ByteView oid) {
  return absl::StrCat(link.field, ".extensions[", oid::Show(oid), "]");
}

absl::StatusOr<Link> ReadCertificate(ByteView pem) {
  auto blocks = DecodePem(Text(pem), kLabels);
  if (!blocks.has_value() || blocks->size() != 1) {
    return Refuse(v1::REASON_CERTIFICATE_PEM, kCertificateField,
                  "The certificate is not one well-formed PEM block labelled "
                  "CERTIFICATE.");
  }
  PKI_ASSIGN_OR_RETURN(
      Certificate certificate,
      Certificate::Parse(View(blocks->front()), kCertificateField));
  return Link{std::move(certificate), std::string(kCertificateField)};
}

absl::Status ReadChain(ByteView pem, std::vector<Link>* path) {
  const auto blocks = DecodePem(Text(pem), kLabels);
  if (!blocks.has_value() || blocks->empty()) {
    return Refuse(v1::REASON_CHAIN_PEM, kChainField,
                  "The chain is not a row of well-formed PEM blocks labelled "
                  "CERTIFICATE.");
  }
  // Before anything is verified: each signature costs.
  if (path->size() + blocks->size() > kMaxHierarchyLevels) {
    return Refuse(v1::REASON_IMPORT_CHAIN_LENGTH, kChainField,
                  absl::StrCat("With its chain of ", blocks->size(),
                               " certificates the CA would be too deep: a "
                               "hierarchy has at most ",
                               kMaxHierarchyLevels, " levels."));
  }
  for (size_t i = 0; i < blocks->size(); ++i) {
    std::string field = absl::StrCat(kChainField, "[", i, "]");
    PKI_ASSIGN_OR_RETURN(Certificate certificate,
                         Certificate::Parse(View((*blocks)[i]), field));
    path->push_back(Link{std::move(certificate), std::move(field)});
  }
  return absl::OkStatus();
}

absl::StatusOr<PublicKey> KeyOf(const Link& link) {
  auto key = PublicKey::FromSpki(link.certificate.tbs().spki, link.field);
  if (key.ok()) return key;
  // The key's own reason speaks of a CSR.
  return Refuse(v1::REASON_CERTIFICATE_KEY,
                absl::StrCat(link.field, ".subjectPublicKeyInfo"),
                absl::StrCat("The key of the certificate cannot be used: ",
                             DetailOf(key.status()).message()));
}

// Whether `issuer`'s key made the signature on `subject`.
absl::StatusOr<bool> IsSignedBy(const Link& subject, const Link& issuer) {
  const auto algorithm =
      SignatureAlgorithmFromDer(subject.certificate.tbs().signature_algorithm);
  if (!algorithm.has_value()) {
    return Refuse(v1::REASON_CERTIFICATE_SIGNATURE_ALGORITHM,
                  absl::StrCat(subject.field, ".signatureAlgorithm"),
                  "The certificate is not signed with ECDSA, RSA or RSA-PSS "
                  "over SHA-256, SHA-384 or SHA-512.");
  }
  PKI_ASSIGN_OR_RETURN(const PublicKey key, KeyOf(issuer));
  return key.Verify(*algorithm, subject.certificate.tbs_der(),
                    subject.certificate.signature());
}

absl::StatusOr<bool> IsSelfSigned(const Link& link) {
  if (link.certificate.tbs().issuer != link.certificate.tbs().subject) {
    return false;
  }
  return IsSignedBy(link, link);
}

absl::Status CheckForm(const Link& link) {
  const TbsCertificate& tbs = link.certificate.tbs();
  if (tbs.version != kVersion3) {
    return Refuse(v1::REASON_CERTIFICATE_VERSION,
                  absl::StrCat(link.field, ".version"),
                  "The certificate is not of version 3.");
  }
  if (IsEmptyName(tbs.subject) || !IsName(tbs.subject)) {
    return Refuse(v1::REASON_IMPORT_SUBJECT,
                  absl::StrCat(link.field, ".subject"),
                  "The certificate of a CA must name its subject.");
  }
  if (const auto twin = DuplicateExtension(tbs.extensions); twin.has_value()) {
    return Refuse(v1::REASON_CERTIFICATE_EXTENSION_DUPLICATE,
                  ExtensionField(link, *twin),
                  "The certificate has this extension twice.");
  }
  return absl::OkStatus();
}

absl::Status Unreadable(const Link& link, const Extension& extension) {
  return Refuse(v1::REASON_CERTIFICATE_EXTENSION_VALUE,
                ExtensionField(link, extension.oid),
                "The value of this extension cannot be read.");
}

// What is critical must be understood (RFC 5280 section 4.2). The extensions
// that decide something here are read in full elsewhere.
bool IsReadable(const Extension& extension) {
  if (extension.oid == oid::kExtendedKeyUsage) {
    return ParseExtendedKeyUsage(extension.value).has_value();
  }
  if (extension.oid == oid::kSubjectAltName ||
      extension.oid == oid::kIssuerAltName) {
    return IsGeneralNames(extension.value);
  }
  der::Reader reader(extension.value);
  ByteView element;
  return reader.ReadAnyElement(&element) && reader.empty();
}

absl::Status CheckCriticalExtensions(const Link& link) {
  for (const Extension& extension : link.certificate.tbs().extensions) {
    if (!extension.critical) continue;
    if (!IsReadable(extension)) return Unreadable(link, extension);
    if (std::find(std::begin(kMayBeCritical), std::end(kMayBeCritical),
                  extension.oid) == std::end(kMayBeCritical)) {
      return Refuse(v1::REASON_IMPORT_CRITICAL_EXTENSION,
                    ExtensionField(link, extension.oid),
                    "This extension must not be critical in the certificate of "
                    "a CA.");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCa(const Link& link) {
  const Extension* extension = link.certificate.Find(oid::kBasicConstraints);
  const std::string field = ExtensionField(link, oid::kBasicConstraints);
  if (extension == nullptr || !extension->critical) {
    return Refuse(v1::REASON_IMPORT_BASIC_CONSTRAINTS, field,
                  "The certificate of a CA needs a critical basicConstraints.");
  }
  const auto constraints = ParseBasicConstraints(extension->value);
  if (!constraints.has_value()) return Unreadable(link, *extension);
  if (!constraints->ca) {
    return Refuse(v1::REASON_IMPORT_BASIC_CONSTRAINTS, field,
                  "basicConstraints says that this is not a CA.");
  }
  if (const Extension* usage = link.certificate.Find(oid::kKeyUsage);
      usage != nullptr) {
    const auto bits = ParseKeyUsage(usage->value);
    if (!bits.has_value()) return Unreadable(link, *usage);
    if ((*bits & kKeyCertSign) == 0) {
      return Refuse(v1::REASON_IMPORT_KEY_USAGE,
                    ExtensionField(link, oid::kKeyUsage),
                    "keyUsage does not let this CA sign certificates.");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckKeyIdentifiers(const Link& link) {
  if (const Extension* own = link.certificate.Find(oid::kSubjectKeyIdentifier);
      own != nullptr) {
    const auto identifier = ParseSubjectKeyIdentifier(own->value);
    if (!identifier.has_value()) return Unreadable(link, *own);
    // It goes into every certificate that the CA issues.
    if (identifier->empty() || identifier->size() > kMaxKeyIdentifier) {
      return Refuse(
          v1::REASON_IMPORT_KEY_IDENTIFIER,
          ExtensionField(link, oid::kSubjectKeyIdentifier),
          absl::StrCat("A key identifier has 1 to ", kMaxKeyIdentifier,
                       " bytes; this one has ", identifier->size(), "."));
    }
  }
  if (const Extension* issuer =
          link.certificate.Find(oid::kAuthorityKeyIdentifier);
      issuer != nullptr &&
      !ParseAuthorityKeyIdentifier(issuer->value).has_value()) {
    return Unreadable(link, *issuer);
  }
  return absl::OkStatus();
}

absl::Status CheckTime(const Link& link, absl::Time now) {
  const TbsCertificate& tbs = link.certificate.tbs();
  if (now >= tbs.not_before && now <= tbs.not_after) return absl::OkStatus();
  return Refuse(
      v1::REASON_IMPORT_EXPIRED, absl::StrCat(link.field, ".validity"),
      absl::StrCat("The certificate is valid from ",
                   absl::FormatTime(tbs.not_before, absl::UTCTimeZone()),
                   " to ", absl::FormatTime(tbs.not_after, absl::UTCTimeZone()),
                   ", not now."));
}

// Every certificate by itself.
absl::Status CheckEach(const std::vector<Link>& path, absl::Time now) {
  for (const Link& link : path) {
    PKI_RETURN_IF_ERROR(CheckForm(link));
    PKI_RETURN_IF_ERROR(CheckCriticalExtensions(link));
    PKI_RETURN_IF_ERROR(CheckCa(link));
    PKI_RETURN_IF_ERROR(CheckKeyIdentifiers(link));
    PKI_RETURN_IF_ERROR(CheckTime(link, now));
  }
  return absl::OkStatus();
}

// Each certificate by the next, the last by itself.
absl::Status CheckOrder(const std::vector<Link>& path) {
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    const Link& link = path[i];
    const Link& issuer = path[i + 1];
    if (link.certificate.tbs().issuer != issuer.certificate.tbs().subject) {
      return Refuse(v1::REASON_IMPORT_CHAIN_ORDER, issuer.field,
                    absl::StrCat("This is not the issuer of ", link.field,
                                 ": the chain runs from the issuer up to the "
                                 "root, without the CA's own certificate."));
    }
    PKI_ASSIGN_OR_RETURN(const bool is_root, IsSelfSigned(link));
    if (is_root) {
      return Refuse(v1::REASON_IMPORT_CHAIN_ROOT, link.field,
                    "A root ends the chain; nothing stands above it.");
    }
    PKI_ASSIGN_OR_RETURN(const bool is_signed, IsSignedBy(link, issuer));
    if (!is_signed) {
      return Refuse(v1::REASON_IMPORT_SIGNATURE,
                    absl::StrCat(link.field, ".signature"),
                    absl::StrCat("The signature is not by the key of ",
                                 issuer.field, "."));
    }
  }
  PKI_ASSIGN_OR_RETURN(const bool has_root, IsSelfSigned(path.back()));
  if (!has_root) {
    return Refuse(v1::REASON_IMPORT_CHAIN_ROOT, path.back().field,
                  "The chain does not end with a self-signed root.");
  }
  return absl::OkStatus();
}

// Each has room for the CA certificates that stand between it and the end
// entities of the imported CA. After CheckOrder(): who forgot how a chain runs
// is not helped by a path length.
absl::Status CheckPathLengths(const std::vector<Link>& path) {
  for (size_t below = 0; below < path.size(); ++below) {
    const Link& link = path[below];
    const Extension& extension = *link.certificate.Find(oid::kBasicConstraints);
    const auto limit = ParseBasicConstraints(extension.value)->path_length;
    if (limit.has_value() && *limit < below) {
      return Refuse(v1::REASON_IMPORT_PATH_LENGTH,
                    ExtensionField(link, oid::kBasicConstraints),
                    absl::StrCat("The path length is ", *limit, ", yet ", below,
                                 " CA certificates stand below."));
    }
  }
  return absl::OkStatus();
}

// Each certificate's names by those above it. What is self-issued is exempt,
// but for the last of a path (RFC 5280 section 6.1.3).
absl::Status CheckNameConstraints(const std::vector<Link>& path) {
  std::vector<NameConstraints> above;
  for (auto link = path.rbegin(); link != path.rend(); ++link) {
    const TbsCertificate& tbs = link->certificate.tbs();
    if (tbs.issuer != tbs.subject || std::next(link) == path.rend()) {
      CertificateNames names{tbs.subject, std::nullopt, /*is_ca=*/true};
      if (const Extension* alt = link->certificate.Find(oid::kSubjectAltName);
          alt != nullptr) {
        names.subject_alt_name = alt->value;
      }
      PKI_RETURN_IF_ERROR(CheckNames(
          names, above, v1::REASON_IMPORT_NAME_CONSTRAINTS, link->field));
    }
    if (const Extension* own = link->certificate.Find(oid::kNameConstraints);
        own != nullptr) {
      PKI_ASSIGN_OR_RETURN(
          NameConstraints constraints,
          NameConstraints::New(own->value,
                               ExtensionField(*link, oid::kNameConstraints)));
      above.push_back(std::move(constraints));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ImportedCertificate> CheckImport(const ImportInput& input) {
  PKI_ASSIGN_OR_RETURN(Link own, ReadCertificate(input.certificate));
  PKI_RETURN_IF_ERROR(CheckForm(own));
  if (own.certificate.tbs().spki != input.spki) {
    return Refuse(v1::REASON_IMPORT_KEY_MISMATCH,
                  absl::StrCat(kCertificateField, ".subjectPublicKeyInfo"),
                  "The certificate is for another key than that of the CA's "
                  "CSR.");
  }
  PKI_ASSIGN_OR_RETURN(const bool self_signed, IsSelfSigned(own));
  std::vector<Link> path;
  path.push_back(std::move(own));
  if (input.type == v1::CERTIFICATE_AUTHORITY_TYPE_ROOT) {
    if (!self_signed) {
      return Refuse(v1::REASON_IMPORT_NOT_SELF_SIGNED, kCertificateField,
                    "The certificate of a root CA must be self-signed.");
    }
    if (!input.chain.empty()) {
      return Refuse(v1::REASON_IMPORT_ROOT_CHAIN, kChainField,
                    "A root CA has no chain: leave it out.");
    }
  } else {
    if (self_signed) {
      return Refuse(v1::REASON_IMPORT_SELF_SIGNED, kCertificateField,
                    "The certificate of a subordinate CA must not be "
                    "self-signed.");
    }
    if (input.chain.empty()) {
      return Refuse(v1::REASON_IMPORT_CHAIN_MISSING, kChainField,
                    "A subordinate CA needs its chain, from its issuer up to "
                    "the root.");
    }
    PKI_RETURN_IF_ERROR(ReadChain(input.chain, &path));
  }
  PKI_RETURN_IF_ERROR(CheckEach(path, input.now));
  PKI_RETURN_IF_ERROR(CheckOrder(path));
  PKI_RETURN_IF_ERROR(CheckPathLengths(path));
  PKI_RETURN_IF_ERROR(CheckNameConstraints(path));

  v1::ImportedCertificate imported;
  imported.set_certificate(Copy(path.front().certificate.der()));
  for (size_t i = 1; i < path.size(); ++i) {
    imported.add_chain(Copy(path[i].certificate.der()));
  }
  return imported;
}

}  // namespace pki
