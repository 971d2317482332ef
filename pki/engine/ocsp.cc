// RespondOcsp and PresignOcspResponses.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/issuer_index.h"
#include "pki/engine/ocsp_signer.h"
#include "pki/engine/operations.h"
#include "pki/engine/page.h"
#include "pki/revoke/crl_reason.h"
#include "pki/x509/certificate.h"
#include "pki/x509/ocsp_request.h"
#include "pki/x509/ocsp_response.h"

namespace pki {
namespace {

using CaPointer = std::shared_ptr<const SigningCa>;

// What the CA says of a certificate that it has issued. That stays the same
// when the certificate has expired.
absl::StatusOr<OcspStatus> StatusOfIssued(Context& context,
                                          absl::string_view ca_id,
                                          absl::string_view serial) {
  const std::string key = RevocationKey(ca_id, serial);
  PKI_ASSIGN_OR_RETURN(const auto revoked,
                       ReadRecord<v1::RevocationRecord>(context.store(), key));
  OcspStatus status;
  status.status = OcspCertStatus::kGood;
  if (!revoked.has_value()) return status;
  status.status = OcspCertStatus::kRevoked;
  status.revoked_at = FromTimestamp(revoked->record.revoked_at());
  status.reason = CrlReasonOf(revoked->record.reason());
  return status;
}

absl::StatusOr<OcspStatus> StatusOf(Context& context, const SigningCa& ca,
                                    const CertId& id) {
  const auto serial = SerialDigits(id.serial);
  // What another CA issued this one does not know.
  if (!serial.has_value() || !ca.ocsp_issuer->IsIssuerOf(id)) {
    return OcspStatus();
  }
  const std::string& ca_id = ca.ca.arn.id;
  PKI_ASSIGN_OR_RETURN(const OcspStatus status,
                       StatusOfIssued(context, ca_id, *serial));
  if (status.status == OcspCertStatus::kRevoked) return status;
  PKI_ASSIGN_OR_RETURN(const auto issued,
                       context.store().Get(CertificateKey(ca_id, *serial)));
  return issued.has_value() ? status : OcspStatus();
}

absl::Status CheckState(const SigningCa& ca, absl::Time now) {
  PKI_RETURN_IF_ERROR(CheckAllowed(ca.ca.StatusAt(now), CaUse::kRespondOcsp,
                                   ca.ca.record.arn()));
  if (ca.ocsp_issuer.has_value()) return absl::OkStatus();
  return Refuse(v1::REASON_OCSP_DISABLED, kCaField,
                "This certificate authority does not answer OCSP; enable it in "
                "its RevocationConfiguration.");
}

// The CA that answers for the first certificate that is named by a hash that is
// known; null when there is none.
absl::StatusOr<CaPointer> FindCa(Context& context, const OcspRequest& request,
                                 absl::Time now) {
  const auto id =
      std::find_if(request.certificates.begin(), request.certificates.end(),
                   [](const CertId& each) { return each.hash.has_value(); });
  if (id == request.certificates.end()) return nullptr;
  PKI_ASSIGN_OR_RETURN(const std::vector<std::string> arns,
                       FindIssuers(context.store(), id->issuer_key_hash));
  for (const std::string& arn : arns) {
    auto ca = context.FreshCa(arn);
    if (!ca.ok()) {
      if (ReasonOf(ca.status()) == v1::REASON_CA_NOT_FOUND) continue;
      return std::move(ca).status();
    }
    if (CheckState(**ca, now).ok() && (*ca)->ocsp_issuer->IsIssuerOf(*id)) {
      return ca;
    }
  }
  return nullptr;
}

// Lets `sign` be done by who signs for the CA now, and again by the next one
// when a delegate fails: another engine may have made that, and destroyed this
// one's key.
absl::Status SignFor(
    Context& context, const SigningCa& ca, absl::Time now,
    const std::function<absl::Status(const OcspResponder&)>& sign) {
  PKI_ASSIGN_OR_RETURN(const auto signer, OcspSignerOf(context, ca, now));
  absl::Status status = sign(*signer);
  if (status.ok() || signer == ca.ocsp_responder) return status;
  context.KeepDelegate(ca.ca.record.arn(), nullptr);
  PKI_ASSIGN_OR_RETURN(const auto next, OcspSignerOf(context, ca, now));
  return sign(*next);
}

struct Answer {
  Bytes der;
  absl::Time this_update;
  absl::Time next_update;
};

absl::StatusOr<Answer> Sign(Context& context, const OcspResponder& signer,
                            absl::Span<const OcspSingleResponse> responses,
                            absl::Time now, ByteView nonce) {
  Answer answer;
  answer.this_update = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  answer.next_update = signer.NextUpdate(now, context.settings().ocsp_validity);
  PKI_ASSIGN_OR_RETURN(answer.der,
                       signer.Respond(responses, now, answer.next_update, nonce,
                                      context.settings().signature_check));
  return answer;
}

absl::StatusOr<Answer> Respond(Context& context, const SigningCa& ca,
                               const OcspRequest& request, absl::Time now) {
  std::vector<OcspSingleResponse> responses;
  responses.reserve(request.certificates.size());
  for (const CertId& id : request.certificates) {
    PKI_ASSIGN_OR_RETURN(const OcspStatus status, StatusOf(context, ca, id));
    responses.push_back({id.der, status});
  }
  absl::StatusOr<Answer> answer;
  PKI_RETURN_IF_ERROR(
      SignFor(context, ca, now, [&](const OcspResponder& signer) {
        answer = Sign(context, signer, responses, now, request.nonce);
        return answer.status();
      }));
  return answer;
}

// For one certificate of a page. None when it has expired: nobody asks for it
// any more.
absl::StatusOr<std::optional<v1::PresignedOcspResponse>> Presign(
    Context& context, const SigningCa& ca, const OcspResponder& signer,
    const Entry& entry, absl::Time now) {
  PKI_ASSIGN_OR_RETURN(const auto stored,
                       ToRecord<v1::CertificateRecord>(entry));
  const auto certificate =
      Certificate::Parse(View(stored.record.certificate()), "");
  if (!certificate.ok()) return DamagedRecord(entry.key);
  if (now > certificate->tbs().not_after) return std::nullopt;
  const ByteView serial = certificate->tbs().serial;
  const Bytes cert_id = ca.ocsp_issuer->CertIdOf(serial);
  PKI_ASSIGN_OR_RETURN(
      const OcspStatus status,
      StatusOfIssued(context, ca.ca.arn.id,
                     entry.key.substr(entry.key.rfind('/') + 1)));
  const OcspSingleResponse single{View(cert_id), status};
  PKI_ASSIGN_OR_RETURN(Answer answer,
                       Sign(context, signer, {&single, 1}, now, {}));
  v1::PresignedOcspResponse presigned;
  presigned.set_serial(SerialWithColons(serial));
  presigned.set_request(EncodeOcspRequest(View(cert_id)));
  presigned.set_response(std::move(answer.der));
  *presigned.mutable_this_update() = ToTimestamp(answer.this_update);
  *presigned.mutable_next_update() = ToTimestamp(answer.next_update);
  return presigned;
}

}  // namespace

absl::Status RespondOcsp(Context& context,
                         const v1::RespondOcspRequest& request,
                         v1::RespondOcspResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  const auto parsed = ParseOcspRequest(View(request.request()));
  if (!parsed.ok()) {
    response->set_response(EncodeOcspRefusal(OcspRefusal::kMalformedRequest));
    return absl::OkStatus();
  }
  // One signs for all of them: the CA that the first is of.
  PKI_ASSIGN_OR_RETURN(const CaPointer ca, FindCa(context, *parsed, now));
  if (ca == nullptr) {
    response->set_response(EncodeOcspRefusal(OcspRefusal::kUnauthorized));
    return absl::OkStatus();
  }
  PKI_ASSIGN_OR_RETURN(Answer answer, Respond(context, *ca, *parsed, now));
  response->set_response(std::move(answer.der));
  *response->mutable_this_update() = ToTimestamp(answer.this_update);
  if (parsed->nonce.empty()) {
    *response->mutable_next_update() = ToTimestamp(answer.next_update);
  }
  return absl::OkStatus();
}

absl::Status PresignOcspResponses(
    Context& context, const v1::PresignOcspResponsesRequest& request,
    v1::PresignOcspResponsesResponse* response) {
  const std::string& arn = request.certificate_authority_arn();
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const CaPointer ca, context.FreshCa(arn));
  PKI_RETURN_IF_ERROR(CheckState(*ca, now));
  PKI_ASSIGN_OR_RETURN(
      const std::vector<Entry> entries,
      ScanPage(context, absl::StrCat("PresignOcspResponses/", arn),
               KeysUnder(CertificateKey(ca->ca.arn.id, "")), request,
               response));
  // Each on whatever thread there is, all of it: most is to sign.
  std::vector<absl::StatusOr<std::optional<v1::PresignedOcspResponse>>>
      presigned(entries.size());
  const auto presign = [&](const OcspResponder& signer) -> absl::Status {
    context.ForEach(entries.size(), [&](size_t i) {
      presigned[i] = Presign(context, *ca, signer, entries[i], now);
    });
    for (const auto& each : presigned) PKI_RETURN_IF_ERROR(each.status());
    return absl::OkStatus();
  };
  PKI_RETURN_IF_ERROR(SignFor(context, *ca, now, presign));
  for (auto& each : presigned) {
    if (each->has_value()) *response->add_responses() = **std::move(each);
  }
  return absl::OkStatus();
}

}  // namespace pki
