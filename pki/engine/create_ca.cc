// CreateCertificateAuthority: a key, its CSR, and a CA that waits for its
// certificate.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/audit/audit_entry.h"
#include "pki/base/status.h"
#include "pki/ca/revocation_uris.h"
#include "pki/crypto/key_algorithm.h"
#include "pki/engine/crl.h"
#include "pki/engine/issuer_index.h"
#include "pki/engine/operations.h"
#include "pki/engine/tags.h"
#include "pki/engine/token.h"
#include "pki/keystore/checked_signature.h"
#include "pki/policy/algorithm.h"
#include "pki/policy/api_fields.h"
#include "pki/x509/csr.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr absl::string_view kConfigurationField =
    "Request.CertificateAuthorityConfiguration";
constexpr absl::string_view kCsrLabel = "CERTIFICATE REQUEST";
constexpr size_t kMaxCsrSize = 32768;  // API Reference: IssueCertificate

// What of a request is checked and encoded before a key is made.
struct CsrFields {
  SignatureAlgorithm algorithm;
  Bytes subject;
  std::vector<Bytes> extensions;
};

absl::StatusOr<CsrFields> CheckConfiguration(
    const v1::CertificateAuthorityConfiguration& configuration) {
  CsrFields fields;
  PKI_RETURN_IF_ERROR(
      FindKeyAlgorithm(configuration.key_algorithm(),
                       absl::StrCat(kConfigurationField, ".KeyAlgorithm"))
          .status());
  PKI_ASSIGN_OR_RETURN(
      fields.algorithm,
      ChooseSignatureAlgorithm(
          configuration.signing_algorithm(), configuration.key_algorithm(),
          absl::StrCat(kConfigurationField, ".SigningAlgorithm")));
  auto subject = SubjectToDer(configuration.subject());
  if (!subject.ok()) {
    return Under(absl::StrCat(kConfigurationField, ".Subject"),
                 subject.status());
  }
  fields.subject = *std::move(subject);
  if (IsEmptyName(View(fields.subject))) {
    return Refuse(v1::REASON_CA_SUBJECT,
                  absl::StrCat(kConfigurationField, ".Subject"),
                  "A CA needs a subject: give it at least a CommonName.");
  }
  auto extensions = CsrExtensionsToDer(configuration.csr_extensions());
  if (!extensions.ok()) {
    return Under(absl::StrCat(kConfigurationField, ".CsrExtensions"),
                 extensions.status());
  }
  fields.extensions = *std::move(extensions);
  return fields;
}

// The CSR in DER, verified before anyone sees it.
absl::StatusOr<Bytes> MakeCsr(const SigningKey& key, const CsrFields& fields,
                              v1::SignatureCheck check) {
  const Bytes info = EncodeCsrInfo(
      {View(fields.subject), View(key.spki()), fields.extensions});
  PKI_ASSIGN_OR_RETURN(Bytes csr,
                       SignAndEncode(key, fields.algorithm, View(info), check));
  // In PEM it must fit into a request of its own.
  if (EncodePem(kCsrLabel, View(csr)).size() > kMaxCsrSize) {
    return Refuse(v1::REASON_CA_CSR_SIZE, kConfigurationField,
                  "The subject and the extensions of this CA make a CSR of "
                  "more than 32768 bytes, which no CA would take.");
  }
  return csr;
}

// What creates a CA.
struct Creation {
  std::string arn;
  std::string ca_key;  // of its record
  Bytes key_handle;
  WriteBatch batch;
};

// The key has no CA: nobody will use it. Why is the news, not what comes of
// this.
void DestroyKey(Context& context, const Creation& creation) {
  context.keys().Destroy(creation.arn, View(creation.key_handle)).IgnoreError();
}

// Also puts the key into the index of issuers.
absl::StatusOr<Bytes> OpenAndMakeCsr(Context& context, const CaArn& name,
                                     const CsrFields& fields,
                                     Creation* creation) {
  PKI_ASSIGN_OR_RETURN(
      const auto key,
      context.keys().Open(creation->arn, View(creation->key_handle)));
  for (std::string& index_key : IssuerKeys(View(key->spki()), name.id)) {
    creation->batch.puts.emplace_back(std::move(index_key), creation->arn);
  }
  return MakeCsr(*key, fields, context.settings().signature_check);
}

absl::StatusOr<Creation> Decide(
    Context& context, const v1::CreateCertificateAuthorityRequest& request,
    const CsrFields& fields, absl::Time now) {
  const v1::CertificateAuthorityConfiguration& configuration =
      request.certificate_authority_configuration();
  const Settings& settings = context.settings();
  PKI_ASSIGN_OR_RETURN(std::string id, NewUuid(context.entropy()));
  const CaArn name{settings.partition, settings.region,
                   context.caller().account, std::move(id)};
  Creation creation;
  creation.arn = name.ToString();

  PKI_ASSIGN_OR_RETURN(
      NewKey made,
      context.keys().Create(creation.arn, configuration.key_algorithm()));
  creation.key_handle = std::move(made.handle);
  creation.batch = std::move(made.batch);
  auto csr = OpenAndMakeCsr(context, name, fields, &creation);
  if (!csr.ok()) {
    DestroyKey(context, creation);
    return std::move(csr).status();
  }

  CaRecord record;
  record.set_csr(*std::move(csr));
  record.set_format(kRecordFormat);
  record.set_arn(creation.arn);
  record.set_owner_account(name.account);
  record.set_type(request.certificate_authority_type());
  record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE);
  *record.mutable_created_at() = ToTimestamp(now);
  *record.mutable_last_state_change_at() = ToTimestamp(now);
  if (settings.creating > absl::ZeroDuration()) {
    *record.mutable_creating_until() = ToTimestamp(now + settings.creating);
  }
  *record.mutable_configuration() = configuration;
  *record.mutable_revocation() = request.revocation_configuration();
  const absl::Status partitioned = AddCrlPartitions(context.entropy(), &record);
  if (!partitioned.ok()) {
    DestroyKey(context, creation);
    return partitioned;
  }
  // The default (API Reference: CreateCertificateAuthority).
  record.set_usage_mode(
      request.has_usage_mode()
          ? request.usage_mode()
          : v1::CERTIFICATE_AUTHORITY_USAGE_MODE_GENERAL_PURPOSE);
  *record.mutable_tags() = request.tags();
  record.set_key_handle(creation.key_handle);
  // What this engine does not know it does not keep: a later one might give it
  // a meaning.
  record.DiscardUnknownFields();

  creation.ca_key = CaKey(name.id);
  creation.batch.preconditions.push_back({creation.ca_key, std::nullopt});
  creation.batch.puts.emplace_back(creation.ca_key, record.SerializeAsString());
  creation.batch.puts.push_back(
      AuditOfCsr(name.id, context.caller(), record.created_at()));
  return creation;
}

}  // namespace

absl::Status CreateCertificateAuthority(
    Context& context, const v1::CreateCertificateAuthorityRequest& request,
    v1::CreateCertificateAuthorityResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(
      const CsrFields fields,
      CheckConfiguration(request.certificate_authority_configuration()));
  PKI_RETURN_IF_ERROR(
      Under("Request.RevocationConfiguration",
            CheckRevocation(request.revocation_configuration())));
  PKI_RETURN_IF_ERROR(CheckTags(request.tags()));

  const Settings& settings = context.settings();
  Token token(absl::StrCat("create/", context.caller().account), request);
  const bool has_token = request.has_idempotency_token();
  const auto create = [&]() -> absl::Status {
    if (has_token) {
      PKI_ASSIGN_OR_RETURN(
          auto answered,
          token.Find(context.store(), now, settings.idempotency_window));
      if (answered.has_value()) {
        response->set_certificate_authority_arn(*std::move(answered));
        return absl::OkStatus();
      }
    }
    PKI_ASSIGN_OR_RETURN(Creation creation,
                         Decide(context, request, fields, now));
    if (has_token) token.Record(creation.arn, now, &creation.batch);
    absl::Status committed = context.store().Commit(std::move(creation.batch));
    if (committed.ok()) {
      response->set_certificate_authority_arn(creation.arn);
      return committed;
    }
    // A commit whose answer was lost has taken place: then the CA needs its
    // key.
    const auto ca = context.store().Get(creation.ca_key);
    if (ca.ok() && !ca->has_value()) DestroyKey(context, creation);
    return committed;
  };
  // Again when another caller with the same token was faster, or what keys are
  // sealed under has changed.
  return Retry(create, "");
}

}  // namespace pki
