// The checks of a request to issue.
#include "pki/engine/decide_issuance.h"

#include <optional>
#include <vector>

#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/crypto/public_key.h"
#include "pki/policy/algorithm.h"
#include "pki/policy/api_fields.h"
#include "pki/policy/path_length.h"
#include "pki/policy/validity.h"
#include "pki/x509/csr.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

constexpr absl::string_view kTemplateField = "Request.TemplateArn";

// A CSR whose key is good and has signed it.
absl::StatusOr<Csr> ReadCsr(ByteView pem_or_der) {
  PKI_ASSIGN_OR_RETURN(Csr csr, Csr::Parse(pem_or_der));
  PKI_ASSIGN_OR_RETURN(
      const PublicKey key,
      PublicKey::FromSpki(csr.spki(), "Csr.subjectPublicKeyInfo"));
  if (!key.Verify(csr.signature_algorithm(), csr.info(), csr.signature())) {
    return Refuse(v1::REASON_CSR_SIGNATURE, "Csr.signature",
                  "The CSR's signature is not by the key in it.");
  }
  return csr;
}

// What ApiPassthrough gives, as the resolver takes it. It owns the bytes.
struct ApiFields {
  std::optional<Bytes> subject;
  std::vector<Bytes> der;
  ExtensionList extensions;
};

absl::StatusOr<ApiFields> ReadApiPassthrough(
    const v1::ApiPassthrough& passthrough) {
  ApiFields fields;
  if (passthrough.has_subject()) {
    auto subject = SubjectToDer(passthrough.subject());
    if (!subject.ok()) {
      return Under("Request.ApiPassthrough.Subject", subject.status());
    }
    // Without attributes it is no subject, and takes nothing from the CSR's.
    if (!IsEmptyName(View(*subject))) fields.subject = *std::move(subject);
  }
  auto extensions = ApiExtensionsToDer(passthrough.extensions());
  if (!extensions.ok()) {
    return Under("Request.ApiPassthrough.Extensions", extensions.status());
  }
  fields.der = *std::move(extensions);
  for (const Bytes& der : fields.der) {
    fields.extensions.push_back(*ParseExtension(View(der)));
  }
  return fields;
}

// Its own certificate a CA makes from its own CSR with a root template, and
// nothing else with either.
absl::Status CheckWhoseKey(const SigningCa& signer, const Csr& csr,
                           bool signs_itself) {
  const bool own_key = csr.spki() == View(signer.issuer->key().spki());
  if (!signs_itself) {
    if (!own_key) return absl::OkStatus();
    return Refuse(v1::REASON_CA_KEY_CERTIFIED, "Request.Csr",
                  "This CSR has the key of the CA itself, which only a root "
                  "template certifies.");
  }
  if (signer.ca.record.type() != v1::CERTIFICATE_AUTHORITY_TYPE_ROOT) {
    return Refuse(
        v1::REASON_ROOT_TEMPLATE_TYPE, kTemplateField,
        "Only a root CA signs itself; use a subordinate template with "
        "the CA above.");
  }
  if (!own_key) {
    return Refuse(v1::REASON_ROOT_TEMPLATE_CSR, "Request.Csr",
                  "A root template signs the CSR of the CA itself, from "
                  "GetCertificateAuthorityCsr; this CSR has another key.");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Serial> NewSerial(Entropy& entropy) {
  Serial serial;
  PKI_RETURN_IF_ERROR(entropy.Fill(serial.data(), serial.size()));
  if (serial != Serial{}) return serial;
  return Refuse(v1::REASON_ENTROPY_FAILED, "",
                "The source of randomness gave nothing but zeros.");
}

absl::StatusOr<const PreparedTemplate*> FindTemplate(
    const Catalogue& catalogue, const v1::IssueCertificateRequest& request) {
  if (!request.has_template_arn()) return &catalogue.Default();
  return catalogue.Find(request.template_arn());
}

absl::Status DecideIssuance(
    const v1::IssueCertificateRequest& request, const PreparedTemplate& form,
    const SigningCa& signer, absl::Time now, ByteView serial,
    const std::function<absl::Status(const Issuance&)>& use) {
  const CaRecord& record = signer.ca.record;
  const bool signs_itself = form.kind() == v1::CERTIFICATE_KIND_ROOT_CA;
  PKI_RETURN_IF_ERROR(CheckAllowed(
      signer.ca.StatusAt(now), signs_itself ? CaUse::kIssueOwn : CaUse::kIssue,
      record.arn()));
  Issuance issuance;
  PKI_ASSIGN_OR_RETURN(
      issuance.algorithm,
      ChooseSignatureAlgorithm(request.signing_algorithm(),
                               record.configuration().key_algorithm(),
                               "Request.SigningAlgorithm"));
  PKI_ASSIGN_OR_RETURN(const Csr csr, ReadCsr(View(request.csr())));
  PKI_RETURN_IF_ERROR(CheckWhoseKey(signer, csr, signs_itself));

  const ValidityTerms terms{request.validity(),
                            request.has_validity_not_before()
                                ? &request.validity_not_before()
                                : nullptr,
                            now,
                            form.kind(),
                            signer.ca.not_after,
                            record.usage_mode()};
  PKI_ASSIGN_OR_RETURN(const ValidityPeriod period, ResolveValidity(terms));
  if (form.kind() == v1::CERTIFICATE_KIND_SUBORDINATE_CA) {
    PKI_RETURN_IF_ERROR(
        CheckPathLength(form.path_length(), signer.issuer->path_lengths()));
  }

  // A template that takes nothing from the API ignores what is there (API
  // Reference: IssueCertificate).
  ApiFields api;
  if (form.Takes(v1::SOURCE_API) && request.has_api_passthrough()) {
    PKI_ASSIGN_OR_RETURN(api, ReadApiPassthrough(request.api_passthrough()));
  }

  issuance.form = &form;
  issuance.csr = &csr;
  if (api.subject.has_value()) issuance.api_subject = View(*api.subject);
  issuance.api_extensions = api.extensions;
  issuance.not_before = period.not_before;
  issuance.not_after = period.not_after;
  issuance.serial = serial;
  return use(issuance);
}

}  // namespace pki
