// RunMaintenance: what is due when nobody asks for it.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/crl.h"
#include "pki/engine/operations.h"
#include "pki/engine/records.h"
#include "pki/engine/refusal.h"
#include "pki/engine/token.h"
#include "pki/object/object_writer.h"
#include "pki/revoke/crl_schedule.h"
#include "pki/store/key_range.h"
#include "pki/store/scan_pages.h"

namespace pki {
namespace {

constexpr size_t kPage = 100;
// As long as the service waits after a failure (API Reference:
// RevocationConfiguration). In the meantime a CA may have been created or
// changed, or the CRL that goes with a revocation may have failed: nobody tells
// the host that this is due.
constexpr absl::Duration kLongestWait = absl::Minutes(15);
// After which nobody goes on with an object that he has begun.
constexpr absl::Duration kAbandonedAfter = absl::Hours(24);
// Other engines on the store may have a longer window than this one.
constexpr absl::Duration kTokensStay = absl::Hours(24);

// Whether the CA has turned into one that has no CRLs, or into none.
bool HasNoCrl(const absl::Status& status) {
  const v1::Reason reason = ReasonOf(status);
  return reason == v1::REASON_STATE_CRL || reason == v1::REASON_CRL_DISABLED ||
         reason == v1::REASON_CA_NOT_FOUND;
}

// One turn.
class Turn {
 public:
  Turn(Context& context, absl::Time now, v1::RunMaintenanceResponse* response)
      : context_(context),
        now_(now),
        response_(*response),
        next_(now + kLongestWait) {}

  absl::Status Run() {
    PKI_RETURN_IF_ERROR(ScanPages(context_.store(), KeysUnder(kCaPrefix), kPage,
                                  [&](const std::vector<Entry>& page) {
                                    for (const Entry& entry : page) {
                                      const absl::Status status =
                                          LookAfter(entry);
                                      if (!status.ok()) Fail(entry, status);
                                    }
                                    return absl::OkStatus();
                                  }));
    Note(DeleteUnreachable(context_.store(), now_ - kAbandonedAfter));
    Note(DeleteTokens(
        context_.store(),
        now_ - std::max(kTokensStay, context_.settings().idempotency_window)));
    *response_.mutable_next_run_at() = ToTimestamp(next_);
    return absl::OkStatus();
  }

 private:
  absl::Status LookAfter(const Entry& entry) {
    PKI_ASSIGN_OR_RETURN(auto stored, ToRecord<CaRecord>(entry));
    PKI_ASSIGN_OR_RETURN(
        const Ca ca, Context::ToCa(std::move(stored.record), stored.version));
    const std::string& arn = ca.record.arn();
    if (ca.IsGone(now_)) {
      // Whoever asks for it ends it.
      const absl::Status gone = context_.ReadCa(arn).status();
      return ReasonOf(gone) == v1::REASON_CA_NOT_FOUND ? absl::OkStatus()
                                                       : gone;
    }
    if (ca.record.has_restorable_until()) {
      WakeAt(FromTimestamp(ca.record.restorable_until()));
    }
    if (!CheckAllowed(ca.StatusAt(now_), CaUse::kMakeCrl, arn).ok()) {
      return absl::OkStatus();
    }
    for (const CrlScope& scope : CrlScopesOf(ca)) {
      const auto updated = UpdateCrl(context_, arn, scope, CrlWish::kIfDue);
      if (HasNoCrl(updated.status())) break;
      if (!updated.ok()) {
        AddFailure(updated.status()).set_certificate_authority_arn(arn);
        continue;
      }
      if (updated->is_new) {
        *response_.add_crls() = SummaryOf(scope, updated->record);
      }
      WakeAt(RenewalOf(updated->record));
    }
    return absl::OkStatus();
  }

  void WakeAt(absl::Time time) { next_ = std::min(next_, time); }

  v1::MaintenanceFailure& AddFailure(const absl::Status& status) {
    v1::MaintenanceFailure& failure = *response_.add_failures();
    *failure.mutable_refusal() = RefusalOf(status);
    return failure;
  }

  void Note(const absl::Status& status) {
    if (!status.ok()) AddFailure(status);
  }

  void Fail(const Entry& entry, const absl::Status& status) {
    CaRecord record;
    v1::MaintenanceFailure& failure = AddFailure(status);
    if (record.ParseFromString(entry.value)) {
      failure.set_certificate_authority_arn(record.arn());
    }
  }

  Context& context_;
  const absl::Time now_;
  v1::RunMaintenanceResponse& response_;
  absl::Time next_;
};

}  // namespace

absl::Status RunMaintenance(Context& context,
                            const v1::RunMaintenanceRequest& /*request*/,
                            v1::RunMaintenanceResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  return Turn(context, now, response).Run();
}

}  // namespace pki
