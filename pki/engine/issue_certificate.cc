// IssueCertificate: from a request to a certificate on record.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/crypto/public_key.h"
#include "pki/engine/operations.h"
#include "pki/engine/token.h"
#include "pki/policy/algorithm.h"
#include "pki/policy/api_fields.h"
#include "pki/policy/path_length.h"
#include "pki/policy/validity.h"
#include "pki/x509/csr.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

using Serial = std::array<uint8_t, kSerialSize>;

constexpr absl::string_view kTemplateField = "Request.TemplateArn";

absl::StatusOr<const PreparedTemplate*> FindTemplate(
    const Catalogue& catalogue, const v1::IssueCertificateRequest& request) {
  if (!request.has_template_arn()) return &catalogue.Default();
  return catalogue.Find(request.template_arn());
}

// Random, and never zero (RFC 5280 section 4.1.2.2).
absl::StatusOr<Serial> NewSerial(Entropy& entropy) {
  Serial serial;
  PKI_RETURN_IF_ERROR(entropy.Fill(serial.data(), serial.size()));
  if (serial != Serial{}) return serial;
  return Refuse(v1::REASON_ENTROPY_FAILED, "",
                "The source of randomness gave nothing but zeros.");
}

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
absl::Status CheckWhoseKey(const Context::SigningCa& signer, const Csr& csr,
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

// One try at a request, on one version of the CA.
class Attempt {
 public:
  Attempt(const Context& context, const v1::IssueCertificateRequest& request,
          const PreparedTemplate& form, absl::Time now)
      : context_(context), request_(request), form_(form), now_(now) {}

  // Issues and commits. The ARN of the certificate.
  absl::StatusOr<std::string> Run(const Context::SigningCa& signer) const;

 private:
  bool signs_itself() const {
    return form_.kind() == v1::CERTIFICATE_KIND_ROOT_CA;
  }
  absl::StatusOr<Plan> Prepare(const Context::SigningCa& signer,
                               ByteView serial) const;
  v1::CertificateRecord RecordOf(const Ca& ca, Bytes certificate) const;

  const Context& context_;
  const v1::IssueCertificateRequest& request_;
  const PreparedTemplate& form_;
  const absl::Time now_;
};

absl::StatusOr<Plan> Attempt::Prepare(const Context::SigningCa& signer,
                                      ByteView serial) const {
  const CaRecord& record = signer.ca.record;
  const CaUse use = signs_itself() ? CaUse::kIssueOwn : CaUse::kIssue;
  PKI_RETURN_IF_ERROR(
      CheckAllowed(signer.ca.StatusAt(now_), use, record.arn()));
  Issuance issuance;
  PKI_ASSIGN_OR_RETURN(
      issuance.algorithm,
      ChooseSignatureAlgorithm(request_.signing_algorithm(),
                               record.configuration().key_algorithm(),
                               "Request.SigningAlgorithm"));
  PKI_ASSIGN_OR_RETURN(const Csr csr, ReadCsr(View(request_.csr())));
  PKI_RETURN_IF_ERROR(CheckWhoseKey(signer, csr, signs_itself()));

  const ValidityTerms terms{request_.validity(),
                            request_.has_validity_not_before()
                                ? &request_.validity_not_before()
                                : nullptr,
                            now_,
                            form_.kind(),
                            signer.ca.not_after,
                            record.usage_mode()};
  PKI_ASSIGN_OR_RETURN(const ValidityPeriod period, ResolveValidity(terms));
  if (form_.kind() == v1::CERTIFICATE_KIND_SUBORDINATE_CA) {
    PKI_RETURN_IF_ERROR(
        CheckPathLength(form_.path_length(), signer.issuer->path_lengths()));
  }

  // A template that takes nothing from the API ignores what is there (API
  // Reference: IssueCertificate).
  ApiFields api;
  if (form_.Takes(v1::SOURCE_API) && request_.has_api_passthrough()) {
    PKI_ASSIGN_OR_RETURN(api, ReadApiPassthrough(request_.api_passthrough()));
  }

  issuance.form = &form_;
  issuance.csr = &csr;
  if (api.subject.has_value()) issuance.api_subject = View(*api.subject);
  issuance.api_extensions = api.extensions;
  issuance.not_before = period.not_before;
  issuance.not_after = period.not_after;
  issuance.serial = serial;
  return signer.issuer->Prepare(issuance);
}

v1::CertificateRecord Attempt::RecordOf(const Ca& ca, Bytes certificate) const {
  v1::CertificateRecord record;
  record.set_format(kRecordFormat);
  record.set_certificate(std::move(certificate));
  if (!signs_itself()) {
    record.set_issuer_certificate(
        static_cast<uint32_t>(ca.record.certificates_size() - 1));
  }
  record.set_template_arn(TemplateArn(context_.settings().partition, form_));
  *record.mutable_issued_at() = ToTimestamp(now_);
  return record;
}

absl::StatusOr<std::string> Attempt::Run(
    const Context::SigningCa& signer) const {
  const Ca& ca = signer.ca;
  const bool has_token = request_.has_idempotency_token();
  std::optional<Token> token;
  if (has_token) {
    token.emplace(absl::StrCat("issue/", ca.arn.id), request_);
    PKI_ASSIGN_OR_RETURN(auto answered,
                         token->Find(context_.store(), now_,
                                     context_.settings().idempotency_window));
    if (answered.has_value()) return *std::move(answered);
  }
  PKI_ASSIGN_OR_RETURN(const Serial serial, NewSerial(context_.entropy()));
  PKI_ASSIGN_OR_RETURN(Plan plan, Prepare(signer, serial));
  PKI_ASSIGN_OR_RETURN(
      Bytes certificate,
      signer.issuer->Redeem(std::move(plan),
                            context_.settings().signature_check));
  std::string arn = CertificateArn(ca.record.arn(), serial);
  std::string key = CertificateKey(ca.arn.id, Hex(serial));
  WriteBatch batch;
  // A CA that has changed meanwhile signs nothing more in its old state, and no
  // serial is given twice.
  batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
  batch.preconditions.push_back({key, std::nullopt});
  batch.puts.emplace_back(
      std::move(key), RecordOf(ca, std::move(certificate)).SerializeAsString());
  if (has_token) token->Record(arn, now_, &batch);
  PKI_RETURN_IF_ERROR(context_.store().Commit(std::move(batch)));
  return arn;
}

}  // namespace

absl::Status IssueCertificate(Context& context,
                              const v1::IssueCertificateRequest& request,
                              v1::IssueCertificateResponse* response) {
  const std::string& ca_arn = request.certificate_authority_arn();
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(auto signer, context.CachedCa(ca_arn));
  PKI_ASSIGN_OR_RETURN(const PreparedTemplate* form,
                       FindTemplate(context.catalogue(), request));
  const Attempt attempt(context, request, *form, now);
  for (int i = 0; i < kMaxAttempts; ++i) {
    auto arn = attempt.Run(*signer);
    if (arn.ok()) {
      response->set_certificate_arn(*std::move(arn));
      return absl::OkStatus();
    }
    // What was decided on an old version of the CA is decided again: a refusal
    // may be out of date as much as a commit.
    PKI_ASSIGN_OR_RETURN(auto fresh, context.FreshCa(ca_arn));
    const bool lost_race =
        ReasonOf(arn.status()) == v1::REASON_STORE_PRECONDITION;
    if (fresh->ca.version == signer->ca.version && !lost_race) {
      return arn.status();
    }
    signer = std::move(fresh);
  }
  return LostRace();
}

}  // namespace pki
