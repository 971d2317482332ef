// Deciding, signing and committing a batch.
//
// Whatever uses the store or the source of randomness is done one request after
// the other, so that it repeats itself with the same inputs; what costs time,
// to decide and to sign, is done on as many threads as the host lends.
#include "pki/engine/issue_batch.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pki/audit/audit_entry.h"
#include "pki/base/status.h"
#include "pki/engine/certificate_index.h"
#include "pki/engine/decide_issuance.h"
#include "pki/engine/token.h"
#include "pki/x509/certificate.h"

namespace pki {
namespace {

using Request = v1::IssueCertificateRequest;

// A CA that requests name, in one version.
struct Authority {
  std::shared_ptr<const SigningCa> signer;
  absl::Status status;  // why there is no signer
  // Read from the store by this call since it last tried to commit.
  bool fresh = false;
};

enum class Stage {
  kOpen,
  kReady,     // the CA, the template and the serial are known
  kPlanned,   // what is to be signed is known
  kSigned,    // waits for its commit
  kAnswered,  // was issued before, for the same token
  kTwin,      // shares the result of an earlier request of the batch
  kRefused,
};

struct Item {
  const Request* request = nullptr;
  Authority* authority = nullptr;
  Stage stage = Stage::kOpen;
  std::shared_ptr<const SigningCa> signer;  // decides and signs
  const PreparedTemplate* form = nullptr;
  std::optional<Token> token;
  size_t twin = 0;
  Serial serial = {};
  std::optional<Plan> plan;
  IssuedCertificate issued;
  std::vector<std::string> index_keys;
  absl::Status refusal;

  void Refuse(absl::Status status) {
    refusal = std::move(status);
    stage = Stage::kRefused;
  }
};

class Batch {
 public:
  Batch(Context& context, absl::Span<const Request* const> requests,
        v1::BatchMode mode, absl::Time now, const CommitHook& hook);

  // Decides what is open, signs and commits. REASON_STORE_PRECONDITION when
  // something is open again.
  absl::Status Try();
  // After Try() has succeeded.
  std::vector<IssueResult> Results();

 private:
  // What takes one request to its next stage, or refuses it.
  absl::Status Prepare(size_t index);
  absl::Status Decide(Item& item) const;
  absl::Status Sign(Item& item) const;
  // Settles it if its token was used before.
  absl::Status FindAnswer(Item& item);

  // Takes all at the stage `from` to `to`, on the host's threads.
  void Advance(Stage from, Stage to,
               absl::Status (Batch::*step)(Item& item) const);

  // The first at this stage; the end when there is none.
  std::vector<Item>::iterator First(Stage stage);

  // Reads a CA again.
  void Refresh(absl::string_view arn, Authority& authority);
  // Whether a refusal was out of date; then its CA's requests are open again.
  bool ReviewRefusals();
  void ReopenAfterLostRace();
  // Opens what was decided on a version that is no longer the CA's. Whether
  // there was any.
  bool ReopenWhatChanged();

  absl::Status Commit();
  void AddTo(const Item& item, WriteBatch* batch) const;

  Context& context_;
  const v1::BatchMode mode_;
  const absl::Time now_;
  const CommitHook& hook_;
  const google::protobuf::Timestamp timestamp_;
  absl::node_hash_map<absl::string_view, Authority> authorities_;  // by ARN
  std::vector<Item> items_;
  // Whose they are.
  absl::flat_hash_map<std::string, size_t> tokens_;
  absl::flat_hash_map<std::pair<const Authority*, Serial>, size_t> serials_;
};

Batch::Batch(Context& context, absl::Span<const Request* const> requests,
             v1::BatchMode mode, absl::Time now, const CommitHook& hook)
    : context_(context),
      mode_(mode),
      now_(now),
      hook_(hook),
      timestamp_(ToTimestamp(now)),
      items_(requests.size()) {
  for (size_t i = 0; i < requests.size(); ++i) {
    const std::string& arn = requests[i]->certificate_authority_arn();
    const auto [place, is_new] = authorities_.try_emplace(arn);
    Authority& authority = place->second;
    if (is_new) {
      auto signer = context_.CachedCa(arn);
      if (signer.ok()) {
        authority.signer = *std::move(signer);
      } else {
        authority.status = std::move(signer).status();
        authority.fresh = true;
      }
    }
    items_[i].request = requests[i];
    items_[i].authority = &authority;
  }
}

absl::Status Batch::FindAnswer(Item& item) {
  PKI_ASSIGN_OR_RETURN(
      const auto arn, item.token->Find(context_.store(), now_,
                                       context_.settings().idempotency_window));
  if (!arn.has_value()) return absl::OkStatus();
  PKI_ASSIGN_OR_RETURN(const CertificateName name,
                       ParseCertificateArn(*arn, ""));
  const std::string key = CertificateKey(name.ca.id, name.serial);
  PKI_ASSIGN_OR_RETURN(
      auto stored, ReadRecord<v1::CertificateRecord>(context_.store(), key));
  if (!stored.has_value()) return DamagedRecord(key);
  item.issued = {*arn, std::move(*stored->record.mutable_certificate())};
  item.stage = Stage::kAnswered;
  return absl::OkStatus();
}

absl::Status Batch::Prepare(size_t index) {
  Item& item = items_[index];
  item.signer = item.authority->signer;
  if (item.signer == nullptr) return item.authority->status;
  PKI_ASSIGN_OR_RETURN(item.form,
                       FindTemplate(context_.catalogue(), *item.request));
  if (item.request->has_idempotency_token()) {
    if (!item.token.has_value()) {
      item.token.emplace(absl::StrCat("issue/", item.signer->ca.arn.id, "/",
                                      context_.caller().account),
                         *item.request);
      const auto [owner, is_first] =
          tokens_.try_emplace(item.token->key(), index);
      if (!is_first) {
        item.twin = owner->second;
        item.stage = Stage::kTwin;
        return absl::OkStatus();
      }
    }
    PKI_RETURN_IF_ERROR(FindAnswer(item));
    if (item.stage == Stage::kAnswered) return absl::OkStatus();
  }
  PKI_ASSIGN_OR_RETURN(item.serial, NewSerial(context_.entropy()));
  // The store compares with what is there, not within a commit.
  const auto owner =
      serials_.try_emplace({item.authority, item.serial}, index).first;
  if (owner->second != index) {
    return Refuse(v1::REASON_ENTROPY_FAILED, "",
                  "The source of randomness gave the same serial twice.");
  }
  item.stage = Stage::kReady;
  return absl::OkStatus();
}

absl::Status Batch::Decide(Item& item) const {
  return DecideIssuance(
      *item.request, *item.form, *item.signer, now_, item.serial,
      [&item](const Issuance& issuance) -> absl::Status {
        PKI_ASSIGN_OR_RETURN(item.plan, item.signer->issuer->Prepare(issuance));
        return absl::OkStatus();
      });
}

absl::Status Batch::Sign(Item& item) const {
  const auto tbs = ParseTbsCertificate(item.plan->tbs());
  if (!tbs.has_value()) {
    return Refuse(v1::REASON_INTERNAL, "", "A plan is no TBSCertificate.");
  }
  item.index_keys = IndexKeys(item.signer->ca.arn.id, Hex(item.serial),
                              item.form->arn(), *tbs);
  PKI_ASSIGN_OR_RETURN(
      item.issued.certificate,
      item.signer->issuer->Redeem(*std::move(item.plan),
                                  context_.settings().signature_check));
  item.issued.arn = CertificateArn(item.signer->ca.record.arn(), item.serial);
  return absl::OkStatus();
}

void Batch::Advance(Stage from, Stage to,
                    absl::Status (Batch::*step)(Item& item) const) {
  std::vector<Item*> items;
  for (Item& item : items_) {
    if (item.stage == from) items.push_back(&item);
  }
  const auto work = [&](size_t i) {
    Item& item = *items[i];
    absl::Status status = (this->*step)(item);
    if (status.ok()) {
      item.stage = to;
    } else {
      item.Refuse(std::move(status));
    }
  };
  context_.ForEach(items.size(), work);
}

std::vector<Item>::iterator Batch::First(Stage stage) {
  return std::find_if(items_.begin(), items_.end(), [stage](const Item& item) {
    return item.stage == stage;
  });
}

void Batch::Refresh(absl::string_view arn, Authority& authority) {
  authority.fresh = true;
  auto fresh = context_.FreshCa(arn);
  if (!fresh.ok()) {
    authority.signer = nullptr;
    authority.status = std::move(fresh).status();
  } else if (authority.signer == nullptr ||
             authority.signer->ca.version != (*fresh)->ca.version) {
    authority.signer = *std::move(fresh);
  }
}

bool Batch::ReopenWhatChanged() {
  bool changed = false;
  for (Item& item : items_) {
    if (item.signer == item.authority->signer) continue;
    if (item.stage == Stage::kAnswered || item.stage == Stage::kTwin) continue;
    item.stage = Stage::kOpen;
    changed = true;
  }
  return changed;
}

bool Batch::ReviewRefusals() {
  for (Item& item : items_) {
    if (item.stage != Stage::kRefused || item.authority->fresh) continue;
    Refresh(item.request->certificate_authority_arn(), *item.authority);
  }
  return ReopenWhatChanged();
}

void Batch::ReopenAfterLostRace() {
  for (auto& [arn, authority] : authorities_) authority.fresh = false;
  for (Item& item : items_) {
    if (item.stage != Stage::kSigned || item.authority->fresh) continue;
    Refresh(item.request->certificate_authority_arn(), *item.authority);
  }
  bool changed = ReopenWhatChanged();
  for (Item& item : items_) {
    if (item.stage != Stage::kSigned || !item.token.has_value()) continue;
    absl::Status status = FindAnswer(item);
    if (!status.ok()) item.Refuse(std::move(status));
    changed |= item.stage != Stage::kSigned;
  }
  if (changed) return;
  // Then it was a serial, which another certificate has already.
  for (Item& item : items_) {
    if (item.stage == Stage::kSigned) item.stage = Stage::kOpen;
  }
}

void Batch::AddTo(const Item& item, WriteBatch* batch) const {
  const Ca& ca = item.signer->ca;
  const std::string serial = Hex(item.serial);
  v1::CertificateRecord record;
  record.set_format(kRecordFormat);
  record.set_certificate(item.issued.certificate);
  if (item.form->kind() != v1::CERTIFICATE_KIND_ROOT_CA) {
    record.set_issuer_certificate(
        static_cast<uint32_t>(ca.record.certificates_size() - 1));
  }
  record.set_template_arn(item.form->arn());
  *record.mutable_issued_at() = timestamp_;

  std::string key = CertificateKey(ca.arn.id, serial);
  // No serial is given twice.
  batch->preconditions.push_back({key, std::nullopt});
  batch->puts.emplace_back(std::move(key), record.SerializeAsString());
  batch->puts.push_back(
      AuditOfCertificate(ca.arn.id, serial, context_.caller(), timestamp_));
  for (const std::string& index_key : item.index_keys) {
    batch->puts.emplace_back(index_key, Bytes());
  }
  if (item.token.has_value()) item.token->Record(item.issued.arn, now_, batch);
}

absl::Status Batch::Commit() {
  WriteBatch batch;
  absl::flat_hash_set<const Authority*> signing;
  for (const Item& item : items_) {
    if (item.stage != Stage::kSigned) continue;
    if (signing.insert(item.authority).second) {
      // A CA that has changed meanwhile signs nothing more in its old state.
      const Ca& ca = item.signer->ca;
      batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
    }
    AddTo(item, &batch);
  }
  if (batch.puts.empty()) return absl::OkStatus();
  if (hook_) PKI_RETURN_IF_ERROR(hook_(items_.front().issued, &batch));
  return context_.store().Commit(std::move(batch));
}

std::vector<IssueResult> Batch::Results() {
  std::vector<IssueResult> results;
  results.reserve(items_.size());
  for (Item& item : items_) {
    if (item.stage == Stage::kTwin) {
      results.push_back(results[item.twin]);
    } else if (item.stage == Stage::kRefused) {
      results.emplace_back(std::move(item.refusal));
    } else {
      results.emplace_back(std::move(item.issued));
    }
  }
  return results;
}

absl::Status Batch::Try() {
  for (size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].stage != Stage::kOpen) continue;
    absl::Status prepared = Prepare(i);
    if (!prepared.ok()) items_[i].Refuse(std::move(prepared));
  }
  const bool all = mode_ == v1::BATCH_MODE_ALL_OR_NOTHING;
  Advance(Stage::kReady, Stage::kPlanned, &Batch::Decide);
  if (!all || First(Stage::kRefused) == items_.end()) {
    Advance(Stage::kPlanned, Stage::kSigned, &Batch::Sign);
  }
  // A refusal may be out of date as much as a commit.
  if (ReviewRefusals()) {
    return Refuse(v1::REASON_STORE_PRECONDITION, "",
                  "a CA was seen in an old version");
  }
  const auto refused = First(Stage::kRefused);
  if (all && refused != items_.end()) {
    return UnderItem(refused - items_.begin(), refused->refusal);
  }
  absl::Status committed = Commit();
  if (ReasonOf(committed) == v1::REASON_STORE_PRECONDITION) {
    ReopenAfterLostRace();
  }
  return committed;
}

}  // namespace

absl::StatusOr<std::vector<IssueResult>> IssueBatch(
    Context& context, absl::Span<const Request* const> requests,
    v1::BatchMode mode, absl::string_view ca_field, const CommitHook& hook) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  Batch batch(context, requests, mode, now, hook);
  PKI_RETURN_IF_ERROR(Retry([&] { return batch.Try(); }, ca_field));
  return batch.Results();
}

absl::Status UnderItem(size_t index, const absl::Status& refusal) {
  const v1::ErrorDetail detail = DetailOf(refusal);
  absl::string_view field = detail.field();
  absl::ConsumePrefix(&field, "Request.");
  return Refuse(detail.reason(),
                absl::StrCat("Request.Requests[", index, "]",
                             field.empty() ? "" : ".", field),
                detail.message());
}

}  // namespace pki
