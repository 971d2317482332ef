// ExplainIssuance: what would be issued, and where each part of it comes from.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/der/time.h"
#include "pki/der/writer.h"
#include "pki/engine/decide_issuance.h"
#include "pki/engine/operations.h"
#include "pki/lint/lint.h"
#include "pki/policy/resolve.h"
#include "pki/x509/certificate.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

// The names of RFC 5280 and its companions.
constexpr std::pair<ByteView, absl::string_view> kExtensionNames[] = {
    {oid::kAuthorityInfoAccess, "authorityInfoAccess"},
    {oid::kAuthorityKeyIdentifier, "authorityKeyIdentifier"},
    {oid::kBasicConstraints, "basicConstraints"},
    {oid::kCertificatePolicies, "certificatePolicies"},
    {oid::kCrlDistributionPoints, "cRLDistributionPoints"},
    {oid::kExtendedKeyUsage, "extKeyUsage"},
    {oid::kFreshestCrl, "freshestCRL"},
    {oid::kInhibitAnyPolicy, "inhibitAnyPolicy"},
    {oid::kIssuerAltName, "issuerAltName"},
    {oid::kKeyUsage, "keyUsage"},
    {oid::kNameConstraints, "nameConstraints"},
    {oid::kOcspNoCheck, "ocsp-nocheck"},
    {oid::kPolicyConstraints, "policyConstraints"},
    {oid::kPolicyMappings, "policyMappings"},
    {oid::kSubjectAltName, "subjectAltName"},
    {oid::kSubjectDirectoryAttributes, "subjectDirectoryAttributes"},
    {oid::kSubjectInfoAccess, "subjectInfoAccess"},
    {oid::kSubjectKeyIdentifier, "subjectKeyIdentifier"},
};

std::string NameOf(ByteView oid) {
  for (const auto& [known, name] : kExtensionNames) {
    if (oid::Same(oid, known)) return std::string(name);
  }
  return oid::Show(oid);
}

std::string TextOf(v1::ResolutionRule rule) {
  return v1::ResolutionRule_descriptor()
      ->FindValueByNumber(rule)
      ->options()
      .GetExtension(v1::explanation);
}

void ToMessage(const FieldProvenance& field, v1::FieldExplanation* message) {
  if (field.oid.empty()) {
    message->set_name("subject");
  } else {
    message->set_name(NameOf(field.oid));
    message->set_oid(oid::Show(field.oid));
  }
  if (field.winner != v1::SOURCE_UNSPECIFIED) {
    message->set_source(field.winner);
    message->set_value(Copy(field.value));
    if (field.oid.empty()) message->set_text(NameToRfc2253(field.value));
  }
  for (const FieldProvenance::Loser& loser : field.losers) {
    v1::LosingValue& losing = *message->add_losers();
    losing.set_source(loser.source);
    losing.set_value(Copy(loser.value));
    losing.set_resolution(loser.rule);
    losing.set_explanation(TextOf(loser.rule));
  }
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", time, absl::UTCTimeZone());
}

// The fields about which nobody argues.
v1::FieldExplanation& AddPlainField(absl::string_view name, v1::Source source,
                                    Bytes value,
                                    v1::ExplainIssuanceResponse* response) {
  v1::FieldExplanation& field = *response->add_fields();
  field.set_name(std::string(name));
  field.set_source(source);
  field.set_value(std::move(value));
  return field;
}

void AddPlainFields(const TbsCertificate& tbs,
                    v1::ExplainIssuanceResponse* response) {
  der::Writer serial;
  serial.AddBytes(der::kInteger, tbs.serial);
  der::Writer validity;
  validity.Add(der::kSequence, [&](der::Writer& times) {
    times.AddRaw(View(der::EncodeTime(tbs.not_before)));
    times.AddRaw(View(der::EncodeTime(tbs.not_after)));
  });
  AddPlainField("serialNumber", v1::SOURCE_ENGINE, serial.Finish(), response);
  AddPlainField("signature", v1::SOURCE_API, Copy(tbs.signature_algorithm),
                response);
  AddPlainField("issuer", v1::SOURCE_CA_CONFIGURATION, Copy(tbs.issuer),
                response)
      .set_text(NameToRfc2253(tbs.issuer));
  AddPlainField("validity", v1::SOURCE_API, validity.Finish(), response)
      .set_text(absl::StrCat(TimeText(tbs.not_before), " to ",
                             TimeText(tbs.not_after)));
  AddPlainField("subjectPublicKeyInfo", v1::SOURCE_CSR, Copy(tbs.spki),
                response);
}

v1::LintSeverity ToMessage(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return v1::LINT_SEVERITY_ERROR;
    case Severity::kWarning:
      return v1::LINT_SEVERITY_WARNING;
    case Severity::kNotice:
      return v1::LINT_SEVERITY_NOTICE;
  }
  return v1::LINT_SEVERITY_UNSPECIFIED;
}

void AddFindings(ByteView tbs, const PreparedTemplate& form,
                 v1::ExplainIssuanceResponse* response) {
  for (const Finding& finding : AllFindings(tbs, form.lint_profiles())) {
    v1::LintFinding& message = *response->add_findings();
    message.set_reason(v1::Reason_Name(finding.reason));
    message.set_severity(ToMessage(finding.severity));
    message.set_field(finding.field);
    message.set_message(finding.message);
    message.set_citation(RuleOf(finding.reason).source());
  }
}

}  // namespace

absl::Status ExplainIssuance(Context& context,
                             const v1::IssueCertificateRequest& request,
                             v1::ExplainIssuanceResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const auto signer,
                       context.FreshCa(request.certificate_authority_arn()));
  PKI_ASSIGN_OR_RETURN(const PreparedTemplate* form,
                       FindTemplate(context.catalogue(), request));
  PKI_ASSIGN_OR_RETURN(const Serial serial, NewSerial(context.entropy()));
  return DecideIssuance(
      request, *form, *signer, now, serial,
      [&](const Issuance& issuance) -> absl::Status {
        v1::ExplainIssuanceResponse resolved;
        PKI_ASSIGN_OR_RETURN(
            const Bytes tbs,
            signer->issuer->Explain(issuance, [&](const Provenance& fields) {
              for (const FieldProvenance& field : fields) {
                ToMessage(field, resolved.add_fields());
              }
            }));
        response->set_tbs_certificate(tbs);
        response->set_template_arn(form->arn());
        if (const auto parsed = ParseTbsCertificate(View(tbs));
            parsed.has_value()) {
          AddPlainFields(*parsed, response);
        }
        response->MergeFrom(resolved);
        AddFindings(View(tbs), *form, response);
        return absl::OkStatus();
      });
}

}  // namespace pki
