// Settings, and CAs read and cached.
#include "pki/engine/context.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pki/base/partition.h"
#include "pki/ca/revocation_uris.h"
#include "pki/der/time.h"
#include "pki/engine/issuer_index.h"
#include "pki/policy/algorithm.h"
#include "pki/x509/certificate.h"
#include "pki/x509/csr.h"

namespace pki {
namespace {

constexpr absl::string_view kDefaultAccount = "000000000000";
constexpr absl::string_view kDefaultRegion = "us-east-1";
constexpr uint32_t kDefaultIdempotencySeconds = 300;
constexpr uint32_t kDefaultOcspSeconds = 3600;
// Permissions, or CRLs, that one CA has.
constexpr size_t kMaxOfOneKind = 10000;

std::string OrDefault(const std::string& value, absl::string_view fallback) {
  return value.empty() ? std::string(fallback) : value;
}

bool IsRegion(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

absl::Status ReadCrlSettings(const v1::EngineConfiguration& configuration,
                             Settings* settings) {
  if (!v1::CrlGeneration_IsValid(configuration.crl_generation())) {
    return Refuse(v1::REASON_CONFIGURATION_ENUM, "Configuration.CrlGeneration",
                  "CRLs are made AT_REVOCATION or AT_MAINTENANCE.");
  }
  settings->crl_at_revocation =
      configuration.crl_generation() != v1::CRL_GENERATION_AT_MAINTENANCE;
  return absl::OkStatus();
}

absl::Status ReadOcspSettings(const v1::EngineConfiguration& configuration,
                              Settings* settings) {
  if (!v1::OcspSigner_IsValid(configuration.ocsp_signer())) {
    return Refuse(v1::REASON_CONFIGURATION_ENUM, "Configuration.OcspSigner",
                  "The signer of OCSP responses is CA or DELEGATE.");
  }
  if (!v1::OcspResponderId_IsValid(configuration.ocsp_responder_id())) {
    return Refuse(v1::REASON_CONFIGURATION_ENUM,
                  "Configuration.OcspResponderId",
                  "The id of an OCSP responder is BY_KEY or BY_NAME.");
  }
  settings->ocsp_signer = configuration.ocsp_signer();
  settings->ocsp_responder_id = configuration.ocsp_responder_id();
  const uint32_t validity = configuration.ocsp_validity_seconds();
  settings->ocsp_validity =
      absl::Seconds(validity == 0 ? kDefaultOcspSeconds : validity);
  return absl::OkStatus();
}

// What the CA answers OCSP with, if its configuration says so and it has a
// certificate.
absl::Status AddOcsp(v1::OcspResponderId responder_id, SigningCa* signing) {
  const CaRecord& record = signing->ca.record;
  if (!record.revocation().ocsp_configuration().enabled() ||
      record.certificates().empty()) {
    return absl::OkStatus();
  }
  std::vector<ByteView> certificates;
  for (const v1::ImportedCertificate& each : record.certificates()) {
    certificates.push_back(View(each.certificate()));
  }
  PKI_ASSIGN_OR_RETURN(signing->ocsp_issuer, OcspIssuer::New(certificates));
  OcspResponderSettings settings;
  settings.key = signing->key;
  PKI_ASSIGN_OR_RETURN(settings.algorithm,
                       ChooseSignatureAlgorithm(
                           record.configuration().signing_algorithm(),
                           record.configuration().key_algorithm(), kCaField));
  settings.certificate = certificates.back();
  settings.responder_id = responder_id;
  PKI_ASSIGN_OR_RETURN(signing->ocsp_responder, OcspResponder::New(settings));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Settings> Settings::From(
    const v1::EngineConfiguration& configuration) {
  Settings settings;
  settings.account_id = OrDefault(configuration.account_id(), kDefaultAccount);
  if (!IsAccountId(settings.account_id)) {
    return Refuse(v1::REASON_CONFIGURATION_ACCOUNT, "Configuration.AccountId",
                  "An account id has twelve digits.");
  }
  settings.region = OrDefault(configuration.region(), kDefaultRegion);
  if (!IsRegion(settings.region)) {
    return Refuse(v1::REASON_CONFIGURATION_REGION, "Configuration.Region",
                  "A region has lower-case letters, digits and hyphens.");
  }
  settings.partition = OrDefault(configuration.partition(), kPartitions[0]);
  if (!IsPartition(settings.partition)) {
    return Refuse(v1::REASON_CONFIGURATION_PARTITION, "Configuration.Partition",
                  absl::StrCat("A partition is one of ",
                               absl::StrJoin(kPartitions, ", "), "."));
  }
  if (!v1::SignatureCheck_IsValid(configuration.signature_check())) {
    return Refuse(v1::REASON_CONFIGURATION_ENUM, "Configuration.SignatureCheck",
                  "The signature check is ALWAYS or TRUST_SIGNER.");
  }
  if (configuration.signature_check() != v1::SIGNATURE_CHECK_UNSPECIFIED) {
    settings.signature_check = configuration.signature_check();
  }
  const uint32_t window = configuration.idempotency_window_seconds();
  settings.idempotency_window =
      absl::Seconds(window == 0 ? kDefaultIdempotencySeconds : window);
  settings.creating = absl::Milliseconds(configuration.creating_milliseconds());
  PKI_RETURN_IF_ERROR(ReadCrlSettings(configuration, &settings));
  PKI_RETURN_IF_ERROR(ReadOcspSettings(configuration, &settings));
  return settings;
}

v1::CertificateAuthorityStatus Ca::StatusAt(absl::Time now) const {
  return EffectiveStatus(
      record.status(), FromTimestamp(record.creating_until()), not_after, now);
}

bool Ca::IsGone(absl::Time now) const {
  return record.status() == v1::CERTIFICATE_AUTHORITY_STATUS_DELETED &&
         (!record.has_restorable_until() ||
          now >= FromTimestamp(record.restorable_until()));
}

absl::Status Ca::Apply(CaUse use, absl::Time now) {
  const auto shown = StatusAt(now);
  PKI_ASSIGN_OR_RETURN(
      const auto after,
      StatusAfter(record.status(), shown, record.status_before_deletion(), use,
                  record.arn()));
  if (!after.has_value()) return absl::OkStatus();
  *record.mutable_last_state_change_at() = ToTimestamp(now);
  record.set_status(*after);
  return absl::OkStatus();
}

Caller OwnerOf(const Ca& ca) {
  return {ca.arn.account, RootArn(ca.arn.partition, ca.arn.account), ""};
}

EngineState::EngineState(Settings engine_settings, Ports engine_ports,
                         Catalogue templates, Validator limits)
    : settings(std::move(engine_settings)),
      ports(std::move(engine_ports)),
      catalogue(std::move(templates)),
      validator(std::move(limits)) {}

absl::StatusOr<absl::Time> Context::Now() const {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, state_.ports.clock->Now());
  if (now < der::FirstTime() || now > der::LastTime()) {
    return Refuse(v1::REASON_CLOCK_RANGE, "",
                  "The clock gives a time before 1950 or after 9999.");
  }
  return absl::FromUnixMillis(absl::ToUnixMillis(now));
}

absl::StatusOr<Ca> Context::ToCa(CaRecord record, Version version) {
  Ca ca;
  PKI_ASSIGN_OR_RETURN(ca.arn, ParseCaArn(record.arn(), "Record.arn"));
  ca.record = std::move(record);
  ca.version = version;
  if (ca.record.certificates().empty()) {
    // Who has been active has a certificate.
    if (ca.record.status() == v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE ||
        ca.record.status() == v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED) {
      return DamagedRecord(CaKey(ca.arn.id));
    }
    return ca;
  }
  const auto certificate = Certificate::Parse(
      View(ca.record.certificates().rbegin()->certificate()), "");
  if (!certificate.ok()) {
    return DamagedRecord(CaKey(ca.arn.id));
  }
  ca.not_before = certificate->tbs().not_before;
  ca.not_after = certificate->tbs().not_after;
  ca.serial = SerialWithColons(certificate->tbs().serial);
  return ca;
}

absl::StatusOr<Ca> Context::ReadCa(absl::string_view arn,
                                   absl::string_view field) {
  PKI_ASSIGN_OR_RETURN(const CaArn parsed, ParseCaArn(arn, field));
  for (int i = 0; i < kMaxAttempts; ++i) {
    PKI_ASSIGN_OR_RETURN(auto stored,
                         ReadRecord<CaRecord>(store(), CaKey(parsed.id)));
    if (!stored.has_value() || stored->record.arn() != arn) break;
    PKI_ASSIGN_OR_RETURN(Ca ca,
                         ToCa(std::move(stored->record), stored->version));
    PKI_ASSIGN_OR_RETURN(const absl::Time now, Now());
    if (!ca.IsGone(now)) return ca;
    const absl::Status purged = Purge(std::move(ca));
    // Its first step is done, or somebody else was faster: as it is now.
    if (!purged.ok() && ReasonOf(purged) != v1::REASON_STORE_PRECONDITION) {
      break;
    }
  }
  Forget(arn);
  return Refuse(
      v1::REASON_CA_NOT_FOUND, field,
      absl::StrCat("There is no certificate authority ", Quote(arn), "."));
}

void Context::Forget(absl::string_view arn) {
  const std::lock_guard<std::mutex> lock(state_.mutex);
  state_.cas.Erase(arn);
  state_.delegates.Erase(arn);
}

absl::StatusOr<Ca> Context::ReadCaFor(absl::string_view arn, absl::Time now,
                                      CaUse use, absl::string_view field) {
  PKI_ASSIGN_OR_RETURN(Ca ca, ReadCa(arn, field));
  PKI_RETURN_IF_ERROR(CheckAllowed(ca.StatusAt(now), use, arn, field));
  return ca;
}

absl::Status Context::Purge(Ca ca) {
  Forget(ca.record.arn());
  Store& store = upkeep_store();
  // From here on nobody restores it, whatever his clock says.
  if (ca.record.has_restorable_until()) {
    ca.record.clear_restorable_until();
    WriteBatch last;
    last.preconditions.push_back({CaKey(ca.arn.id), ca.version});
    last.puts.emplace_back(CaKey(ca.arn.id), ca.record.SerializeAsString());
    return store.Commit(std::move(last));
  }
  // The key before the record: whoever asks next tries again what failed.
  PKI_RETURN_IF_ERROR(
      keys().Destroy(ca.record.arn(), View(ca.record.key_handle())));
  PKI_ASSIGN_OR_RETURN(const auto delegate, ReadRecord<v1::OcspDelegateRecord>(
                                                store, OcspKey(ca.arn.id)));
  if (delegate.has_value()) {
    PKI_RETURN_IF_ERROR(
        keys().Destroy(ca.record.arn(), View(delegate->record.key_handle())));
  }
  WriteBatch batch;
  batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
  batch.deletes.push_back(CaKey(ca.arn.id));
  batch.deletes.push_back(PolicyKey(ca.arn.id));
  batch.deletes.push_back(OcspKey(ca.arn.id));
  if (const auto csr = Csr::Parse(View(ca.record.csr())); csr.ok()) {
    for (std::string& key : IssuerKeys(csr->spki(), ca.arn.id)) {
      batch.deletes.push_back(std::move(key));
    }
  }
  for (const std::string& prefix :
       {PermissionPrefix(ca.arn.id), CrlPrefix(ca.arn.id),
        CrlMarkPrefix(ca.arn.id)}) {
    PKI_ASSIGN_OR_RETURN(std::vector<Entry> entries,
                         store.Scan(KeysUnder(prefix), kMaxOfOneKind));
    for (Entry& entry : entries) batch.deletes.push_back(std::move(entry.key));
  }
  std::vector<std::string> crls(ca.record.crl_partitions().begin(),
                                ca.record.crl_partitions().end());
  crls.emplace_back();
  for (const std::string& partition : crls) {
    for (const CrlPlace& place :
         CrlPlacesOf(ca.record, {ca.arn.partition, ca.arn.region, ca.arn.id},
                     partition)) {
      batch.deletes.push_back(CrlUriKey(place.uri));
    }
  }
  return store.Commit(std::move(batch));
}

std::shared_ptr<const SigningCa> Context::SeenCa(absl::string_view arn) {
  const std::lock_guard<std::mutex> lock(state_.mutex);
  return state_.cas.Find(arn);
}

absl::StatusOr<std::shared_ptr<const SigningCa>> Context::CachedCa(
    absl::string_view arn) {
  auto seen = SeenCa(arn);
  if (seen != nullptr) return seen;
  return FreshCa(arn);
}

absl::StatusOr<std::shared_ptr<const SigningCa>> Context::FreshCa(
    absl::string_view arn) {
  // No lock is held while the ports work.
  const auto seen = SeenCa(arn);
  // Nothing is read anew of a record that has not changed. Only a deleted CA
  // changes without it.
  if (seen != nullptr &&
      seen->ca.record.status() != v1::CERTIFICATE_AUTHORITY_STATUS_DELETED) {
    PKI_ASSIGN_OR_RETURN(const auto entry, store().Get(CaKey(seen->ca.arn.id)));
    if (entry.has_value() && entry->version == seen->ca.version) return seen;
  }
  PKI_ASSIGN_OR_RETURN(Ca ca, ReadCa(arn));
  SigningCa signing;
  // One CSR has one key, whatever that is sealed under by now.
  if (seen != nullptr && seen->ca.record.csr() == ca.record.csr()) {
    signing.key = seen->key;
  }
  if (signing.key == nullptr) {
    PKI_ASSIGN_OR_RETURN(signing.key,
                         keys().Open(arn, View(ca.record.key_handle())));
  }
  IssuerSettings issuer;
  issuer.key = signing.key;
  if (!ca.record.certificates().empty()) {
    const v1::ImportedCertificate& own = *ca.record.certificates().rbegin();
    issuer.certificate = View(own.certificate());
    for (const Bytes& above : own.chain()) issuer.chain.push_back(View(above));
  }
  const std::vector<std::string> partitions(ca.record.crl_partitions().begin(),
                                            ca.record.crl_partitions().end());
  RevocationUris uris = RevocationUrisOf(
      ca.record.revocation(), {ca.arn.partition, ca.arn.region, ca.arn.id},
      partitions);
  issuer.crl_uris = std::move(uris.crls);
  issuer.ocsp_uri = std::move(uris.ocsp);
  PKI_ASSIGN_OR_RETURN(signing.issuer, Issuer::New(issuer));
  signing.ca = std::move(ca);
  PKI_RETURN_IF_ERROR(AddOcsp(settings().ocsp_responder_id, &signing));
  auto shared = std::make_shared<const SigningCa>(std::move(signing));
  const std::lock_guard<std::mutex> lock(state_.mutex);
  std::shared_ptr<const SigningCa>& slot = state_.cas.At(arn);
  // Another thread may have read a later version meanwhile.
  if (slot == nullptr || slot->ca.version < shared->ca.version) slot = shared;
  return shared;
}

std::shared_ptr<const OcspDelegate> Context::CachedDelegate(
    absl::string_view arn) {
  const std::lock_guard<std::mutex> lock(state_.mutex);
  return state_.delegates.Find(arn);
}

void Context::KeepDelegate(absl::string_view arn,
                           std::shared_ptr<const OcspDelegate> delegate) {
  const std::lock_guard<std::mutex> lock(state_.mutex);
  state_.delegates.At(arn) = std::move(delegate);
}

void Context::ForEach(size_t count,
                      const std::function<void(size_t)>& work) const {
  if (executor() != nullptr && count > 1) {
    executor()->ForEach(count, work);
  } else {
    for (size_t i = 0; i < count; ++i) work(i);
  }
}

absl::Status Retry(const std::function<absl::Status()>& attempt,
                   absl::string_view field) {
  for (int i = 0; i < kMaxAttempts; ++i) {
    absl::Status status = attempt();
    if (ReasonOf(status) != v1::REASON_STORE_PRECONDITION) return status;
  }
  return LostRace(field);
}

absl::Status LostRace(absl::string_view field) {
  return Refuse(v1::REASON_LOST_RACE, field,
                "What this request depends on keeps changing; try again.");
}

}  // namespace pki
