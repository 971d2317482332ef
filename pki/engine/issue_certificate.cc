// IssueCertificate: from a request to a certificate on record.
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/decide_issuance.h"
#include "pki/engine/operations.h"
#include "pki/engine/token.h"

namespace pki {
namespace {

// One try at a request, on one version of the CA.
class Attempt {
 public:
  Attempt(const Context& context, const v1::IssueCertificateRequest& request,
          const PreparedTemplate& form, absl::Time now)
      : context_(context), request_(request), form_(form), now_(now) {}

  // Issues and commits. The ARN of the certificate.
  absl::StatusOr<std::string> Run(const Context::SigningCa& signer) const;

 private:
  // The certificate in DER.
  absl::StatusOr<Bytes> Sign(const Context::SigningCa& signer,
                             ByteView serial) const;
  v1::CertificateRecord RecordOf(const Ca& ca, Bytes certificate) const;

  const Context& context_;
  const v1::IssueCertificateRequest& request_;
  const PreparedTemplate& form_;
  const absl::Time now_;
};

absl::StatusOr<Bytes> Attempt::Sign(const Context::SigningCa& signer,
                                    ByteView serial) const {
  Bytes certificate;
  PKI_RETURN_IF_ERROR(DecideIssuance(
      request_, form_, signer, now_, serial,
      [&](const Issuance& issuance) -> absl::Status {
        PKI_ASSIGN_OR_RETURN(Plan plan, signer.issuer->Prepare(issuance));
        PKI_ASSIGN_OR_RETURN(
            certificate,
            signer.issuer->Redeem(std::move(plan),
                                  context_.settings().signature_check));
        return absl::OkStatus();
      }));
  return certificate;
}

v1::CertificateRecord Attempt::RecordOf(const Ca& ca, Bytes certificate) const {
  v1::CertificateRecord record;
  record.set_format(kRecordFormat);
  record.set_certificate(std::move(certificate));
  if (form_.kind() != v1::CERTIFICATE_KIND_ROOT_CA) {
    record.set_issuer_certificate(
        static_cast<uint32_t>(ca.record.certificates_size() - 1));
  }
  record.set_template_arn(form_.arn());
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
  PKI_ASSIGN_OR_RETURN(Bytes certificate, Sign(signer, serial));
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
