// Delegates: read, checked, and made.
#include "pki/engine/ocsp_signer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/engine/issue_batch.h"
#include "pki/keystore/checked_signature.h"
#include "pki/policy/algorithm.h"
#include "pki/x509/certificate.h"
#include "pki/x509/csr.h"
#include "pki/x509/name.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

using Record = Stored<v1::OcspDelegateRecord>;

// Not more than a CA for short-lived certificates issues for.
constexpr absl::Duration kLife = absl::Hours(24 * 7);
constexpr char kTemplate[] =
    "arn:aws:acm-pca:::template/OCSPSigningCertificate_APIPassthrough/V1";
// For how long a refusal to issue for a delegate holds: what refuses it is
// mostly as lasting as the CA's certificate.
constexpr absl::Duration kRefusedFor = absl::Hours(1);
// RFC 6960 section 4.2.2.2.1: NULL.
constexpr absl::string_view kNoCheckValue("\x05\x00", 2);

// Another one is made from halfway to its end on, if that one ends later.
absl::Time RenewAt(absl::Time not_after, absl::Time ca_not_after) {
  return not_after < ca_not_after ? not_after - kLife / 2 : not_after;
}

bool IsInTime(const OcspDelegate& delegate, absl::Time now) {
  return now >= delegate.not_before && now < delegate.renew_at;
}

absl::StatusOr<bool> IsRevoked(Context& context, const OcspDelegate& delegate) {
  if (delegate.revocation_key.empty()) return false;
  PKI_ASSIGN_OR_RETURN(const auto entry,
                       context.store().Get(delegate.revocation_key));
  return entry.has_value();
}

absl::StatusOr<SignatureAlgorithm> AlgorithmOf(const CaRecord& record) {
  return ChooseSignatureAlgorithm(record.configuration().signing_algorithm(),
                                  record.configuration().key_algorithm(),
                                  kCaField);
}

// The delegate in `record`; null when it may not sign now, for this version of
// the CA.
absl::StatusOr<std::shared_ptr<const OcspDelegate>> Check(
    Context& context, const SigningCa& ca, const v1::OcspDelegateRecord& record,
    absl::Time now) {
  const std::string& id = ca.ca.arn.id;
  const auto certificate = Certificate::Parse(View(record.certificate()), "");
  if (!certificate.ok()) return DamagedRecord(OcspKey(id));
  const auto serial = SerialDigits(certificate->tbs().serial);
  if (!serial.has_value()) return DamagedRecord(OcspKey(id));
  PKI_ASSIGN_OR_RETURN(const auto issued,
                       ReadRecord<v1::CertificateRecord>(
                           context.store(), CertificateKey(id, *serial)));
  // Under another certificate the CA may have had another name.
  const int current = ca.ca.record.certificates_size() - 1;
  if (!issued.has_value() ||
      static_cast<int>(issued->record.issuer_certificate()) != current) {
    return nullptr;
  }
  OcspDelegate delegate;
  delegate.ca_version = ca.ca.version;
  delegate.not_before = certificate->tbs().not_before;
  delegate.renew_at = RenewAt(certificate->tbs().not_after, ca.ca.not_after);
  delegate.revocation_key = RevocationKey(id, *serial);
  PKI_ASSIGN_OR_RETURN(const bool revoked, IsRevoked(context, delegate));
  if (revoked || !IsInTime(delegate, now)) return nullptr;
  OcspResponderSettings settings;
  PKI_ASSIGN_OR_RETURN(settings.algorithm, AlgorithmOf(ca.ca.record));
  auto key = context.keys().Open(ca.ca.record.arn(), View(record.key_handle()));
  // Whoever made another one has destroyed it, or it is lost.
  if (!key.ok()) return nullptr;
  settings.key = *std::move(key);
  settings.certificate = View(record.certificate());
  settings.is_delegate = true;
  settings.responder_id = context.settings().ocsp_responder_id;
  PKI_ASSIGN_OR_RETURN(delegate.responder, OcspResponder::New(settings));
  return std::make_shared<const OcspDelegate>(std::move(delegate));
}

// The CA itself in the place of a delegate that it may not issue for: strangers
// ask, and each of them would have a key made and destroyed.
std::shared_ptr<const OcspDelegate> StandIn(const SigningCa& ca,
                                            absl::Time now) {
  OcspDelegate itself;
  itself.ca_version = ca.ca.version;
  itself.not_before = now;
  itself.renew_at = now + kRefusedFor;
  itself.responder = ca.ocsp_responder;
  return std::make_shared<const OcspDelegate>(std::move(itself));
}

// Whether the request was refused: neither the host failed nor was anybody else
// faster. Lint, which looks at the CA's name too, says INTERNAL_FAILURE.
bool IsRefusal(const absl::Status& status) {
  const v1::Reason reason = ReasonOf(status);
  const v1::ErrorCode code = RuleOf(reason).code();
  return reason != v1::REASON_STORE_PRECONDITION &&
         (code < v1::STORAGE_FAILURE || code == v1::INTERNAL_FAILURE);
}

// The CA's own name and below it that of the delegate: in every subtree that
// the CA's name is in.
Bytes SubjectFor(const SigningCa& ca) {
  const Bytes below = EncodeName({{oid::kCommonName, der::kUtf8String,
                                   absl::StrCat("OCSP ", ca.ca.arn.id)}});
  Bytes rdns;
  for (const ByteView name : {ca.issuer->subject(), View(below)}) {
    der::Reader reader(name);
    ByteView contents;
    if (reader.Read(der::kSequence, &contents)) rdns += Copy(contents);
  }
  der::Writer writer(rdns.size() + 8);
  writer.AddBytes(der::kSequence, View(rdns));
  return writer.Finish();
}

// A request to issue the delegate's certificate, by which the CA is asked as by
// anybody else.
absl::StatusOr<v1::IssueCertificateRequest> RequestFor(Context& context,
                                                       const SigningCa& ca,
                                                       const SigningKey& key,
                                                       absl::Time now) {
  const CaRecord& record = ca.ca.record;
  PKI_ASSIGN_OR_RETURN(const SignatureAlgorithm algorithm, AlgorithmOf(record));
  const Bytes name = SubjectFor(ca);
  PKI_ASSIGN_OR_RETURN(
      Bytes csr,
      SignAndEncode(key, algorithm,
                    View(EncodeCsrInfo({View(name), View(key.spki()), {}})),
                    context.settings().signature_check));
  v1::IssueCertificateRequest request;
  request.set_certificate_authority_arn(record.arn());
  request.set_csr(std::move(csr));
  request.set_signing_algorithm(record.configuration().signing_algorithm());
  request.set_template_arn(kTemplate);
  v1::CustomExtension& no_check = *request.mutable_api_passthrough()
                                       ->mutable_extensions()
                                       ->add_custom_extensions();
  no_check.set_object_identifier(oid::ToText(oid::kOcspNoCheck));
  no_check.set_value(absl::Base64Escape(kNoCheckValue));
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_ABSOLUTE);
  request.mutable_validity()->set_value(
      absl::ToUnixSeconds(std::min(now + kLife, ca.ca.not_after)));
  return request;
}

// Issues for the key, and stores it with its certificate in one commit. Refused
// with REASON_LOST_RACE when somebody else has stored another one since.
absl::Status Issue(Context& context, const SigningCa& ca,
                   const std::optional<Record>& before, const NewKey& made,
                   absl::Time now) {
  const std::string& arn = ca.ca.record.arn();
  const std::string place = OcspKey(ca.ca.arn.id);
  PKI_ASSIGN_OR_RETURN(const auto key,
                       context.keys().Open(arn, View(made.handle)));
  PKI_ASSIGN_OR_RETURN(const v1::IssueCertificateRequest request,
                       RequestFor(context, ca, *key, now));
  std::optional<Version> seen;
  if (before.has_value()) seen = before->version;
  const CommitHook hook = [&](const IssuedCertificate& issued,
                              WriteBatch* batch) -> absl::Status {
    PKI_ASSIGN_OR_RETURN(const auto entry, context.store().Get(place));
    std::optional<Version> current;
    if (entry.has_value()) current = entry->version;
    if (current != seen) return LostRace();
    const auto certificate = Certificate::Parse(View(issued.certificate), "");
    PKI_RETURN_IF_ERROR(certificate.status());
    v1::OcspDelegateRecord record;
    record.set_format(kRecordFormat);
    record.set_key_handle(made.handle);
    record.set_certificate(issued.certificate);
    *record.mutable_not_after() = ToTimestamp(certificate->tbs().not_after);
    batch->preconditions.push_back({place, seen});
    batch->preconditions.insert(batch->preconditions.end(),
                                made.batch.preconditions.begin(),
                                made.batch.preconditions.end());
    batch->puts.insert(batch->puts.end(), made.batch.puts.begin(),
                       made.batch.puts.end());
    batch->puts.emplace_back(place, record.SerializeAsString());
    return absl::OkStatus();
  };
  const Caller owner = OwnerOf(ca.ca);
  Context as_owner(context, &owner);
  const v1::IssueCertificateRequest* const requests[] = {&request};
  return IssueBatch(as_owner, requests, v1::BATCH_MODE_ALL_OR_NOTHING, kCaField,
                    hook)
      .status();
}

// Makes a delegate in the place of the one that was there before.
absl::Status Make(Context& context, const SigningCa& ca,
                  const std::optional<Record>& before, absl::Time now) {
  const std::string& arn = ca.ca.record.arn();
  const auto destroy = [&](const Bytes& handle) {
    context.keys().Destroy(arn, View(handle)).IgnoreError();
  };
  PKI_ASSIGN_OR_RETURN(
      const NewKey made,
      context.keys().Create(arn, ca.ca.record.configuration().key_algorithm()));
  absl::Status issued = Issue(context, ca, before, made, now);
  if (issued.ok()) {
    if (before.has_value()) destroy(before->record.key_handle());
    return issued;
  }
  // A commit whose answer was lost has taken place: then the key is in use.
  const auto stored = ReadRecord<v1::OcspDelegateRecord>(context.store(),
                                                         OcspKey(ca.ca.arn.id));
  if (stored.ok() &&
      (!stored->has_value() || (*stored)->record.key_handle() != made.handle)) {
    destroy(made.handle);
  }
  // Somebody else made one.
  return ReasonOf(issued) == v1::REASON_LOST_RACE ? PreconditionFailed()
                                                  : issued;
}

// The delegate in the store, made when there is none that may sign; null when
// the CA may not make one.
absl::StatusOr<std::shared_ptr<const OcspDelegate>> FindOrMake(
    Context& context, const SigningCa& ca, absl::Time now) {
  const auto find = [&]() -> absl::StatusOr<std::optional<Record>> {
    return ReadRecord<v1::OcspDelegateRecord>(context.store(),
                                              OcspKey(ca.ca.arn.id));
  };
  PKI_ASSIGN_OR_RETURN(auto stored, find());
  if (stored.has_value()) {
    PKI_ASSIGN_OR_RETURN(auto delegate,
                         Check(context, ca, stored->record, now));
    if (delegate != nullptr) return delegate;
  }
  if (!CheckAllowed(ca.ca.StatusAt(now), CaUse::kIssue, ca.ca.record.arn())
           .ok()) {
    return nullptr;
  }
  if (absl::Status made = Make(context, ca, stored, now); !made.ok()) {
    if (IsRefusal(made)) return StandIn(ca, now);
    return made;
  }
  PKI_ASSIGN_OR_RETURN(stored, find());
  if (!stored.has_value()) return nullptr;
  return Check(context, ca, stored->record, now);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const OcspResponder>> OcspSignerOf(
    Context& context, const SigningCa& ca, absl::Time now) {
  if (context.settings().ocsp_signer != v1::OCSP_SIGNER_DELEGATE) {
    return ca.ocsp_responder;
  }
  const std::string& arn = ca.ca.record.arn();
  const auto cached = context.CachedDelegate(arn);
  if (cached != nullptr && cached->ca_version == ca.ca.version &&
      IsInTime(*cached, now)) {
    PKI_ASSIGN_OR_RETURN(const bool revoked, IsRevoked(context, *cached));
    if (!revoked) return cached->responder;
  }
  std::shared_ptr<const OcspDelegate> delegate;
  PKI_RETURN_IF_ERROR(Retry([&]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(delegate, FindOrMake(context, ca, now));
    return absl::OkStatus();
  }));
  context.KeepDelegate(arn, delegate);
  return delegate == nullptr ? ca.ocsp_responder : delegate->responder;
}

}  // namespace pki
