// Deciding on CRLs, and committing them.
#include "pki/engine/crl.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "pki/audit/audit_entry.h"
#include "pki/base/status.h"
#include "pki/ca/crl_partition.h"
#include "pki/ca/lifecycle.h"
#include "pki/ca/revocation_uris.h"
#include "pki/engine/arn.h"
#include "pki/engine/records.h"
#include "pki/object/object_key.h"
#include "pki/object/object_sink.h"
#include "pki/object/object_writer.h"
#include "pki/policy/algorithm.h"
#include "pki/revoke/crl_schedule.h"
#include "pki/revoke/write_crl.h"

namespace pki {
namespace {

constexpr absl::string_view kContentType = "application/pkix-crl";
constexpr int kMaxPlaces = 100;

// What stands for a mark in a CRL that the host has no copy of yet: no version
// of any mark.
uint64_t Uncopied(Version mark) { return ~mark; }

const v1::CrlConfiguration& ConfigurationOf(const Ca& ca) {
  return ca.record.revocation().crl_configuration();
}

size_t PartitionCount(const Ca& ca) {
  return static_cast<size_t>(ca.record.crl_partitions_size());
}

// The partition that lists the certificate, as in keys. The CA has some.
size_t PartitionOf(const Ca& ca, ByteView serial) {
  return 1 + CrlPartitionOf(serial, PartitionCount(ca));
}

// What the store has of a CRL.
struct CrlState {
  std::optional<v1::CrlRecord> last;
  std::optional<Version> version;
  Version mark = 0;
};

absl::StatusOr<CrlState> ReadState(Store& store, absl::string_view ca_id,
                                   size_t partition) {
  CrlState state;
  PKI_ASSIGN_OR_RETURN(
      auto last, ReadRecord<v1::CrlRecord>(store, CrlKey(ca_id, partition)));
  if (last.has_value()) {
    state.version = last->version;
    state.last = std::move(last->record);
  }
  // Later than the CRL, of which it may say that it is due, and before the
  // revocations are read: what is revoked then has another.
  PKI_ASSIGN_OR_RETURN(const auto mark,
                       store.Get(CrlMarkKey(ca_id, partition)));
  if (mark.has_value()) state.mark = mark->version;
  return state;
}

CaPlace PlaceOf(const Ca& ca) {
  return {ca.arn.partition, ca.arn.region, ca.arn.id};
}

// What `part` says of each place, once each, in their order.
template <typename Part>
auto EachOf(const std::vector<CrlPlace>& places, Part part) {
  std::vector<decltype(part(places.front()))> each;
  for (const CrlPlace& place : places) {
    auto value = part(place);
    if (std::find(each.begin(), each.end(), value) == each.end()) {
      each.push_back(std::move(value));
    }
  }
  return each;
}

// The objects that have the CRL.
std::vector<ObjectName> NamesOf(const std::vector<CrlPlace>& places) {
  return EachOf(places, [](const CrlPlace& place) {
    return ObjectName{place.bucket, place.key};
  });
}

uint32_t IssuerOf(const Ca& ca) {
  return static_cast<uint32_t>(ca.record.certificates_size() - 1);
}

// What of a configuration says where CRLs are.
v1::CrlConfiguration PlacesOf(const v1::CrlConfiguration& configuration) {
  v1::CrlConfiguration places;
  places.set_crl_type(configuration.crl_type());
  places.set_s3_bucket_name(configuration.s3_bucket_name());
  places.set_custom_cname(configuration.custom_cname());
  places.set_custom_path(configuration.custom_path());
  return places;
}

// What is to be done for a CRL.
enum class Task { kNone, kCopy, kMake };

Task TaskOf(const Ca& ca, const CrlState& state,
            const std::vector<CrlPlace>& places, absl::Time now) {
  if (!state.last.has_value()) return Task::kMake;
  const v1::CrlRecord& last = *state.last;
  const CrlPlace& place = places.front();
  if (last.bucket() != place.bucket || last.key() != place.key ||
      last.uri() != place.uri || last.places() != places.size() ||
      !last.has_issuer_certificate() ||
      last.issuer_certificate() != IssuerOf(ca) ||
      LastsLonger(last, ConfigurationOf(ca).expiration_in_days()) ||
      now >= RenewalOf(last) || now < FromTimestamp(last.this_update())) {
    return Task::kMake;
  }
  if (last.mark() == state.mark) return Task::kNone;
  return last.mark() == Uncopied(state.mark) ? Task::kCopy : Task::kMake;
}

// One CRL in the making.
class Update {
 public:
  Update(Context& context, absl::string_view ca_arn, const CrlScope& scope,
         CrlWish wish)
      : context_(context), ca_arn_(ca_arn), scope_(scope), wish_(wish) {}

  // Decides on the CA and the CRL as they are in the store, and commits if they
  // still are so.
  absl::Status Try() {
    PKI_ASSIGN_OR_RETURN(const absl::Time now, context_.Now());
    PKI_ASSIGN_OR_RETURN(const Ca ca,
                         context_.ReadCaFor(ca_arn_, now, CaUse::kMakeCrl));
    if (!ConfigurationOf(ca).enabled()) {
      return Refuse(v1::REASON_CRL_DISABLED, kCaField,
                    "The certificate authority is not configured to have a "
                    "certificate revocation list.");
    }
    PKI_ASSIGN_OR_RETURN(
        const CrlState state,
        ReadState(context_.store(), ca.arn.id, scope_.partition));
    const std::vector<CrlPlace> places =
        CrlPlacesOf(ca.record, PlaceOf(ca), scope_.partition_id);
    const Task task =
        IsWanted(state) ? Task::kMake : TaskOf(ca, state, places, now);
    if (task == Task::kMake) return Make(ca, state, places, now);
    result_ = {*state.last, false};
    if (task == Task::kNone) return absl::OkStatus();
    return Copy(NamesOf(places), CrlKey(ca.arn.id, scope_.partition),
                state.mark, &result_.record);
  }

  UpdatedCrl TakeResult() { return std::move(result_); }

 private:
  // A CRL that somebody else has made since the call began will do.
  bool IsWanted(const CrlState& state) {
    if (wish_ == CrlWish::kIfDue) return false;
    if (!first_seen_.has_value()) first_seen_ = state.version;
    return first_seen_ == state.version;
  }

  absl::Status Make(const Ca& ca, const CrlState& state,
                    const std::vector<CrlPlace>& places, absl::Time now) {
    // Not before there is something to sign: most turns have nothing to do with
    // the key.
    PKI_ASSIGN_OR_RETURN(const auto signing, context_.FreshCa(ca_arn_));
    // What was decided is out of date.
    if (signing->ca.version != ca.version) return PreconditionFailed();
    const CrlPlace& place = places.front();
    v1::CrlRecord crl =
        NextCrl(state.last, now, ConfigurationOf(ca).expiration_in_days());
    crl.set_bucket(place.bucket);
    crl.set_key(place.key);
    crl.set_uri(place.uri);
    crl.set_places(static_cast<uint32_t>(places.size()));
    crl.set_issuer_certificate(IssuerOf(ca));
    CrlOrder order;
    order.revocations = KeysUnder(RevocationPrefix(ca.arn.id));
    if (scope_.partition != 0) {
      order.revocations =
          KeysOfCrlPartition(RevocationPrefix(ca.arn.id), scope_.partition - 1,
                             PartitionCount(ca));
      // One that the certificate names too is enough (RFC 5280 section 6.3.3).
      order.partition_uris =
          EachOf(places, [](const CrlPlace& each) { return each.uri; });
    }
    order.last = state.last;
    order.issuer = signing->issuer->subject();
    order.authority_key_identifier =
        signing->issuer->authority_key_identifier();
    order.key = signing->key.get();
    PKI_ASSIGN_OR_RETURN(
        order.algorithm,
        ChooseSignatureAlgorithm(ca.record.configuration().signing_algorithm(),
                                 ca.record.configuration().key_algorithm(),
                                 kCaField));
    order.check = context_.settings().signature_check;

    PKI_ASSIGN_OR_RETURN(
        const std::unique_ptr<ObjectWriter> object,
        ObjectWriter::New(&context_.store(), context_.entropy(), now));
    PKI_RETURN_IF_ERROR(WriteCrl(context_.store(), order, *object, &crl));
    const bool is_copied = context_.object_sink() != nullptr;
    crl.set_mark(is_copied ? Uncopied(state.mark) : state.mark);
    const std::string key = CrlKey(ca.arn.id, scope_.partition);
    WriteBatch batch;
    batch.preconditions = {{CaKey(ca.arn.id), ca.version},
                           {key, state.version}};
    batch.puts.emplace_back(key, crl.SerializeAsString());
    // Nobody else has its URIs, which end in the id of the CA or partition.
    for (std::string& uri_key : EachOf(places, [](const CrlPlace& each) {
           return CrlUriKey(each.uri);
         })) {
      batch.puts.emplace_back(std::move(uri_key),
                              UriRecord(ca).SerializeAsString());
    }
    batch.puts.push_back(
        AuditOfCrl(ca.arn.id, scope_.partition, crl, context_.caller()));
    const std::vector<ObjectName> names = NamesOf(places);
    PKI_RETURN_IF_ERROR(object->PublishAs(names, ca.record.owner_account(),
                                          kContentType, std::move(batch)));
    if (is_copied) PKI_RETURN_IF_ERROR(Copy(names, key, state.mark, &crl));
    result_ = {std::move(crl), true};
    return absl::OkStatus();
  }

  v1::CrlUriRecord UriRecord(const Ca& ca) const {
    v1::CrlUriRecord record;
    record.set_format(kRecordFormat);
    record.set_ca_id(ca.arn.id);
    record.set_partition(static_cast<uint32_t>(scope_.partition));
    return record;
  }

  // Gives the host its copy; then the CRL is no longer due.
  absl::Status Copy(const std::vector<ObjectName>& names,
                    const std::string& key, Version mark, v1::CrlRecord* crl) {
    for (const ObjectName& name : names) {
      PKI_RETURN_IF_ERROR(
          CopyObject(&context_.store(), name, context_.object_sink()));
    }
    PKI_ASSIGN_OR_RETURN(const auto stored,
                         ReadRecord<v1::CrlRecord>(context_.store(), key));
    // A later one has a copy of its own to see to.
    if (!stored.has_value() || stored->record.number() != crl->number()) {
      return absl::OkStatus();
    }
    crl->set_mark(mark);
    WriteBatch batch;
    batch.preconditions.push_back({key, stored->version});
    batch.puts.emplace_back(key, crl->SerializeAsString());
    const absl::Status committed = context_.store().Commit(std::move(batch));
    return ReasonOf(committed) == v1::REASON_STORE_PRECONDITION
               ? absl::OkStatus()
               : committed;
  }

  Context& context_;
  const absl::string_view ca_arn_;
  const CrlScope& scope_;
  const CrlWish wish_;
  // The version of the record at the first attempt, which is none itself when
  // there was no CRL.
  std::optional<std::optional<Version>> first_seen_;
  UpdatedCrl result_;
};

}  // namespace

absl::Status AddCrlPartitions(Entropy& entropy, CaRecord* record) {
  if (record->revocation().crl_configuration().crl_type() !=
          v1::CRL_TYPE_PARTITIONED ||
      !record->crl_partitions().empty()) {
    return absl::OkStatus();
  }
  for (size_t i = 0; i < kCrlPartitions; ++i) {
    PKI_ASSIGN_OR_RETURN(*record->add_crl_partitions(), NewUuid(entropy));
  }
  return absl::OkStatus();
}

CrlScope ScopeOf(const Ca& ca, size_t partition) {
  if (partition == 0) return {};
  return {partition, ca.record.crl_partitions(static_cast<int>(partition - 1))};
}

absl::Status ChangeCrlConfiguration(const v1::CrlConfiguration& wanted,
                                    CaRecord* record) {
  auto& former = *record->mutable_former_crl_configurations();
  const auto has_been = [&](const v1::CrlConfiguration& configuration) {
    const std::string places = PlacesOf(configuration).SerializeAsString();
    return std::any_of(former.begin(), former.end(),
                       [&](const v1::CrlConfiguration& each) {
                         return each.SerializeAsString() == places;
                       });
  };
  v1::CrlConfiguration& current =
      *record->mutable_revocation()->mutable_crl_configuration();
  if (current.enabled() && !has_been(current)) {
    *former.Add() = PlacesOf(current);
  }
  if (wanted.enabled() && former.size() >= kMaxPlaces && !has_been(wanted)) {
    return Refuse(v1::REASON_CRL_PLACES,
                  "Request.RevocationConfiguration.CrlConfiguration",
                  "The CRL of this certificate authority has had too many "
                  "places; leave it where it is, or let it go back to one of "
                  "them.");
  }
  current = wanted;
  return absl::OkStatus();
}

std::vector<CrlScope> CrlScopesOf(const Ca& ca) {
  std::vector<CrlScope> scopes;
  const v1::CrlConfiguration& current = ConfigurationOf(ca);
  if (!current.enabled()) return scopes;
  const auto is_complete = [](const v1::CrlConfiguration& configuration) {
    return configuration.crl_type() != v1::CRL_TYPE_PARTITIONED;
  };
  const auto& former = ca.record.former_crl_configurations();
  if (is_complete(current) ||
      std::any_of(former.begin(), former.end(), is_complete)) {
    scopes.emplace_back();
  }
  for (size_t i = 1; i <= PartitionCount(ca); ++i) {
    scopes.push_back(ScopeOf(ca, i));
  }
  return scopes;
}

void MarkCrls(const Ca& ca, ByteView serial, absl::Time now,
              WriteBatch* batch) {
  v1::CrlMarkRecord mark;
  mark.set_format(kRecordFormat);
  *mark.mutable_revoked_at() = ToTimestamp(now);
  // Without a precondition: whoever revokes at the same time puts one too.
  batch->puts.emplace_back(CrlMarkKey(ca.arn.id, 0), mark.SerializeAsString());
  if (PartitionCount(ca) == 0) return;
  batch->puts.emplace_back(CrlMarkKey(ca.arn.id, PartitionOf(ca, serial)),
                           mark.SerializeAsString());
}

absl::StatusOr<UpdatedCrl> UpdateCrl(Context& context, absl::string_view ca_arn,
                                     const CrlScope& scope, CrlWish wish) {
  Update update(context, ca_arn, scope, wish);
  PKI_RETURN_IF_ERROR(Retry([&] { return update.Try(); }));
  return update.TakeResult();
}

void UpdateCrlsOf(Context& context, const Ca& ca, ByteView serial) {
  for (const CrlScope& scope : CrlScopesOf(ca)) {
    if (scope.partition == 0 || scope.partition == PartitionOf(ca, serial)) {
      UpdateCrl(context, ca.record.arn(), scope, CrlWish::kIfDue)
          .status()
          .IgnoreError();
    }
  }
}

v1::CrlSummary SummaryOf(const CrlScope& scope, const v1::CrlRecord& crl) {
  v1::CrlSummary summary;
  summary.set_bucket(crl.bucket());
  summary.set_key(crl.key());
  if (scope.partition != 0) summary.set_partition(scope.partition_id);
  summary.set_uri(crl.uri());
  summary.set_number(static_cast<int64_t>(crl.number()));
  *summary.mutable_this_update() = crl.this_update();
  *summary.mutable_next_update() = crl.next_update();
  summary.set_entries(static_cast<int64_t>(crl.entries()));
  summary.set_size(static_cast<int64_t>(crl.size()));
  return summary;
}

}  // namespace pki
