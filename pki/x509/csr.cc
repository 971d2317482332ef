// Reading and writing of certification requests.
#include "pki/x509/csr.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/well_formed.h"
#include "pki/der/writer.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr absl::string_view kLabels[] = {"CERTIFICATE REQUEST",
                                         "NEW CERTIFICATE REQUEST"};
constexpr der::Tag kAttributes = der::ContextConstructed(0);

absl::Status NotDer(absl::string_view field, absl::string_view expected) {
  return Refuse(v1::REASON_CSR_DER, field,
                absl::StrCat("The CSR is not DER: expected ", expected, "."));
}

absl::StatusOr<Bytes> ToDer(ByteView pem_or_der) {
  // What begins as DER is DER, also when text inside it looks like PEM.
  const bool begins_as_der = absl::StartsWith(Text(pem_or_der), "0");
  if (begins_as_der || !LooksLikePem(Text(pem_or_der))) {
    return Copy(pem_or_der);
  }
  auto blocks = DecodePem(Text(pem_or_der), kLabels);
  if (!blocks.has_value() || blocks->size() != 1) {
    return Refuse(v1::REASON_CSR_PEM, "Csr",
                  "The CSR is not one well-formed PEM block labelled "
                  "CERTIFICATE REQUEST.");
  }
  return std::move(blocks->front());
}

// The attributes: at most one extensionRequest, the rest passed over when it is
// DER (RFC 2986 section 4.1 leaves their types open).
absl::StatusOr<ExtensionList> ReadAttributes(der::Reader attributes) {
  constexpr absl::string_view kField = "Csr.attributes";
  ExtensionList extensions;
  while (!attributes.empty()) {
    der::Reader attribute;
    der::Reader values;
    ByteView type;
    ByteView value;
    if (!attributes.Read(der::kSequence, &attribute) ||
        !attribute.ReadOid(&type) || !attribute.Read(der::kSet, &values) ||
        !attribute.empty() || !values.ReadAnyElement(&value)) {
      return NotDer(kField, "a list of attributes with values");
    }
    if (type != oid::kExtensionRequest) {
      if (!der::IsWellFormed(value) || !der::IsWellFormed(values.rest())) {
        return NotDer(kField, "values in DER");
      }
      continue;
    }
    // A list that was read is not empty.
    if (!extensions.empty() || !values.empty()) {
      return Refuse(v1::REASON_CSR_EXTENSION_REQUESTS, kField,
                    "The CSR holds more than one extensionRequest.");
    }
    auto list = ParseExtensions(value);
    if (!list.has_value()) {
      return Refuse(v1::REASON_CSR_EXTENSIONS, "Csr.extensionRequest",
                    "The extensionRequest is not a list of extensions in DER.");
    }
    extensions = *std::move(list);
  }
  if (const auto twin = DuplicateExtension(extensions); twin.has_value()) {
    const std::string type = oid::Show(*twin);
    return Refuse(v1::REASON_CSR_EXTENSION_DUPLICATE,
                  absl::StrCat("Csr.extensionRequest[", type, "]"),
                  absl::StrCat("The extension ", type, " is asked for twice."));
  }
  return extensions;
}

}  // namespace

absl::StatusOr<Csr> Csr::Parse(ByteView pem_or_der) {
  Csr csr;
  PKI_ASSIGN_OR_RETURN(Bytes der, ToDer(pem_or_der));
  csr.der_ = std::make_shared<const Bytes>(std::move(der));

  der::Reader outer(View(*csr.der_));
  der::Reader request;
  if (!outer.Read(der::kSequence, &request)) {
    return NotDer("Csr", "a CertificationRequest");
  }
  if (!outer.empty()) {
    return Refuse(v1::REASON_CSR_TRAILING, "Csr",
                  "Bytes follow the end of the CSR.");
  }
  ByteView algorithm;
  if (!request.ReadElement(der::kSequence, &csr.info_)) {
    return NotDer("Csr.certificationRequestInfo", "a SEQUENCE");
  }
  if (!request.ReadElement(der::kSequence, &algorithm)) {
    return NotDer("Csr.signatureAlgorithm", "an AlgorithmIdentifier");
  }
  if (!request.ReadBitStringBytes(&csr.signature_) || !request.empty()) {
    return NotDer("Csr.signature", "a BIT STRING at the end");
  }

  der::Reader info_element(csr.info_);
  der::Reader info;
  uint64_t version = 0;
  if (!info_element.Read(der::kSequence, &info) || !info.ReadUint64(&version)) {
    return NotDer("Csr.version", "an INTEGER");
  }
  if (version != 0) {
    return Refuse(v1::REASON_CSR_VERSION, "Csr.version",
                  "The version of a CSR is 1, encoded as 0.");
  }
  if (!info.ReadElement(der::kSequence, &csr.subject_) ||
      !IsName(csr.subject_)) {
    return Refuse(v1::REASON_CSR_SUBJECT, "Csr.subject",
                  "The subject is not a distinguished name in DER.");
  }
  if (!info.ReadElement(der::kSequence, &csr.spki_)) {
    return NotDer("Csr.subjectPublicKeyInfo", "a SEQUENCE");
  }
  // Attributes are mandatory in RFC 2986, yet some tools leave the field out
  // when it would be empty.
  der::Reader attributes;
  if ((info.NextIs(kAttributes) && !info.Read(kAttributes, &attributes)) ||
      !info.empty()) {
    return NotDer("Csr.attributes", "attributes at the end");
  }
  PKI_ASSIGN_OR_RETURN(csr.extensions_, ReadAttributes(attributes));

  const auto known = SignatureAlgorithmFromDer(algorithm);
  if (!known.has_value()) {
    return Refuse(v1::REASON_CSR_SIGNATURE_ALGORITHM, "Csr.signatureAlgorithm",
                  "The CSR is not signed with ECDSA, RSA or RSA-PSS over "
                  "SHA-256, SHA-384 or SHA-512, nor with Ed25519.");
  }
  csr.signature_algorithm_ = *known;
  return csr;
}

Bytes EncodeCsrInfo(const CsrParts& parts) {
  der::Writer writer(512);
  writer.Add(der::kSequence, [&](der::Writer& info) {
    info.AddUint64(0);
    info.AddRaw(parts.subject);
    info.AddRaw(parts.spki);
    info.Add(kAttributes, [&](der::Writer& attributes) {
      if (parts.extensions.empty()) return;
      attributes.Add(der::kSequence, [&](der::Writer& attribute) {
        attribute.AddOid(oid::kExtensionRequest);
        attribute.Add(der::kSet, [&](der::Writer& values) {
          values.Add(der::kSequence, [&](der::Writer& extensions) {
            for (const Bytes& extension : parts.extensions) {
              extensions.AddRaw(View(extension));
            }
          });
        });
      });
    });
  });
  return writer.Finish();
}

}  // namespace pki
