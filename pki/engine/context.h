// What every operation works with: who calls, the settings, the ports, and the
// CAs as they were last seen.
#ifndef PKI_ENGINE_CONTEXT_H_
#define PKI_ENGINE_CONTEXT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/access/principal.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/arn.h"
#include "pki/engine/bounded_cache.h"
#include "pki/engine/guarded_store.h"
#include "pki/engine/ports.h"
#include "pki/engine/records.h"
#include "pki/issue/issuer.h"
#include "pki/revoke/ocsp_issuer.h"
#include "pki/revoke/ocsp_responder.h"
#include "pki/template/catalogue.h"
#include "pki/wire/validator.h"
#include "proto/config.pb.h"
#include "proto/store.pb.h"

namespace pki {

using CaRecord = v1::CertificateAuthorityRecord;

// The configuration with its defaults filled in.
struct Settings {
  std::string account_id;
  std::string region;
  std::string partition;
  v1::SignatureCheck signature_check = v1::SIGNATURE_CHECK_ALWAYS;
  absl::Duration idempotency_window;
  // For how long a new CA is CREATING.
  absl::Duration creating;

  v1::OcspSigner ocsp_signer = v1::OCSP_SIGNER_CA;
  v1::OcspResponderId ocsp_responder_id = v1::OCSP_RESPONDER_ID_BY_KEY;
  absl::Duration ocsp_validity;
  bool crl_at_revocation = true;

  // Errors: CONFIGURATION_ERROR under "Configuration".
  static absl::StatusOr<Settings> From(
      const v1::EngineConfiguration& configuration);
};

// A CA as one version of its record has it. Immutable.
struct Ca {
  CaArn arn;
  CaRecord record;
  Version version = 0;
  // When the current certificate begins and ends; 0 without one.
  absl::Time not_before;
  absl::Time not_after;
  std::string serial;  // of the current certificate, as Describe shows it

  v1::CertificateAuthorityStatus StatusAt(absl::Time now) const;
  // Whether it was deleted and can no longer be restored.
  bool IsGone(absl::Time now) const;
  // Puts into the record the status that follows from `use`, and when it
  // changed. Errors: those of CheckAllowed().
  absl::Status Apply(CaUse use, absl::Time now);
};

// A CA that is ready to sign. It may be out of date: commit with its version as
// a precondition.
struct SigningCa {
  Ca ca;
  std::shared_ptr<const SigningKey> key;
  std::shared_ptr<const Issuer> issuer;
  // Absent and null when it does not answer OCSP.
  std::optional<OcspIssuer> ocsp_issuer;
  std::shared_ptr<const OcspResponder> ocsp_responder;
};

// Who signs OCSP responses for a CA, and as long as what it was checked by is
// so: the version of the CA, the time, and that there is no revocation. The CA
// itself, where it refuses to have a delegate, has no key of a revocation.
struct OcspDelegate {
  Version ca_version = 0;
  absl::Time not_before;
  absl::Time renew_at;
  std::string revocation_key;
  std::shared_ptr<const OcspResponder> responder;
};

// Of how many CAs an engine keeps the opened keys.
inline constexpr size_t kMaxCached = 1000;

// What the calls of one engine share. Safe on any thread.
struct EngineState {
  EngineState(Settings engine_settings, Ports engine_ports, Catalogue templates,
              Validator limits);

  const Settings settings;
  const Ports ports;
  const Catalogue catalogue;
  const Validator validator;
  std::mutex mutex;
  // By ARN. Guarded by the mutex.
  BoundedCache<SigningCa> cas{kMaxCached};
  BoundedCache<OcspDelegate> delegates{kMaxCached};
};

// The CA's owner, who asks for what the CA needs, whoever's call it serves.
Caller OwnerOf(const Ca& ca);

// What names the CA in most requests.
inline constexpr absl::string_view kCaField = "Request.CertificateAuthorityArn";

// One call. Its const members are safe on any thread.
class Context {
 public:
  // `state` and `caller`, which has passed CheckCaller(), outlive this.
  Context(EngineState* state, const Caller* caller)
      : state_(*state), caller_(*caller), store_(state->ports.store.get()) {}

  // A call of `caller` that serves another's.
  Context(const Context& other, const Caller* caller)
      : Context(&other.state_, caller) {}

  const Caller& caller() const { return caller_; }
  const Settings& settings() const { return state_.settings; }
  const Catalogue& catalogue() const { return state_.catalogue; }
  GuardedStore& store() { return store_; }
  // For upkeep, which takes effect whether or not the call stays allowed.
  Store& upkeep_store() const { return *state_.ports.store; }
  KeyStore& keys() const { return *state_.ports.key_store; }
  Entropy& entropy() const { return *state_.ports.entropy; }
  // Null for a store that has none.
  StoreMaintenance* maintenance() const {
    return state_.ports.maintenance.get();
  }
  // Null for none.
  ObjectSink* object_sink() const { return state_.ports.object_sink.get(); }
  // May be null.
  const Progress& progress() const { return state_.ports.progress; }
  // Null for none but the caller's thread.
  Executor* executor() const { return state_.ports.executor.get(); }
  // Runs work(0) to work(count - 1) on the threads that there are.
  void ForEach(size_t count, const std::function<void(size_t)>& work) const;
  const Validator& validator() const { return state_.validator; }

  // The time, to the millisecond. Errors: CLOCK_FAILURE, also for a time that a
  // certificate cannot carry.
  absl::StatusOr<absl::Time> Now() const;

  // The CA with this ARN, read from the store. A deleted one that can no longer
  // be restored is gone, with its key, when somebody asks for it. Errors:
  // REASON_ARN_MALFORMED, REASON_CA_NOT_FOUND at `field`; STORAGE_FAILURE,
  // CLOCK_FAILURE.
  absl::StatusOr<Ca> ReadCa(absl::string_view arn,
                            absl::string_view field = kCaField);

  // The same, in a state that allows `use` at `now`. Errors: those of
  // CheckAllowed() too.
  absl::StatusOr<Ca> ReadCaFor(absl::string_view arn, absl::Time now, CaUse use,
                               absl::string_view field = kCaField);

  // The CA of a record that was read with others.
  static absl::StatusOr<Ca> ToCa(CaRecord record, Version version);

  // The CA as it was seen last, or, the first time, as it is in the store.
  // Errors: those of ReadCa(), KEY_FAILURE.
  absl::StatusOr<std::shared_ptr<const SigningCa>> CachedCa(
      absl::string_view arn);
  // The CA as it is in the store now.
  absl::StatusOr<std::shared_ptr<const SigningCa>> FreshCa(
      absl::string_view arn);

  // The delegate that this engine last used for the CA; null for none. It may
  // be out of date.
  std::shared_ptr<const OcspDelegate> CachedDelegate(absl::string_view arn);
  void KeepDelegate(absl::string_view arn,
                    std::shared_ptr<const OcspDelegate> delegate);

  // Lets go of a key that is not needed any more.
  void Forget(absl::string_view arn);

 private:
  // The next step towards the end of a CA that is gone: it cannot be restored;
  // then its key is destroyed, and it is no more. Errors:
  // REASON_STORE_PRECONDITION when it has changed; KEY_FAILURE,
  // STORAGE_FAILURE.
  absl::Status Purge(Ca ca);

  // The CA as it was seen last; null for none.
  std::shared_ptr<const SigningCa> SeenCa(absl::string_view arn);

  EngineState& state_;
  const Caller& caller_;
  GuardedStore store_;
};

// How often an operation decides again after a lost race before it gives up.
inline constexpr int kMaxAttempts = 8;

// Refuses after kMaxAttempts lost races.
absl::Status LostRace(absl::string_view field = kCaField);

// What `attempt` answers, which reads, decides and commits: again and again as
// long as its commit comes too late.
absl::Status Retry(const std::function<absl::Status()>& attempt,
                   absl::string_view field = kCaField);

}  // namespace pki

#endif  // PKI_ENGINE_CONTEXT_H_
