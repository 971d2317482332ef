// Tokens as records of the store.
#include "pki/engine/token.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "pki/base/status.h"
#include "pki/crypto/digest.h"
#include "pki/engine/records.h"
#include "pki/store/key_range.h"
#include "pki/store/scan_pages.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

constexpr size_t kPage = 1000;

}  // namespace

Token::Token(absl::string_view scope, const google::protobuf::Message& request)
    // The messages of the service have no maps, so that equal requests have
    // equal bytes.
    : key_(TokenKey(scope, Hex(Sha256(View(request.SerializeAsString()))))) {}

absl::StatusOr<std::optional<std::string>> Token::Find(Store& store,
                                                       absl::Time now,
                                                       absl::Duration window) {
  PKI_ASSIGN_OR_RETURN(auto stored, ReadRecord<v1::TokenRecord>(store, key_));
  version_ = std::nullopt;
  if (!stored.has_value()) return std::nullopt;
  version_ = stored->version;
  // A clock that went back does not make a token old.
  if (now - FromTimestamp(stored->record.created_at()) >= window) {
    return std::nullopt;
  }
  return stored->record.arn();
}

void Token::Record(absl::string_view arn, absl::Time now,
                   WriteBatch* batch) const {
  v1::TokenRecord record;
  record.set_format(kRecordFormat);
  *record.mutable_created_at() = ToTimestamp(now);
  record.set_arn(std::string(arn));
  batch->preconditions.push_back({key_, version_});
  batch->puts.emplace_back(key_, record.SerializeAsString());
}

absl::Status DeleteTokens(Store& store, absl::Time before) {
  absl::Status damaged;
  PKI_RETURN_IF_ERROR(
      ScanPages(store, KeysUnder(kTokenPrefix), kPage,
                [&](const std::vector<Entry>& page) -> absl::Status {
                  WriteBatch batch;
                  for (const Entry& entry : page) {
                    const auto stored = ToRecord<v1::TokenRecord>(entry);
                    damaged.Update(stored.status());
                    if (!stored.ok() ||
                        FromTimestamp(stored->record.created_at()) >= before) {
                      continue;
                    }
                    batch.preconditions.push_back({entry.key, entry.version});
                    batch.deletes.push_back(entry.key);
                  }
                  if (batch.deletes.empty()) return absl::OkStatus();
                  const absl::Status deleted = store.Commit(std::move(batch));
                  return ReasonOf(deleted) == v1::REASON_STORE_PRECONDITION
                             ? absl::OkStatus()
                             : deleted;
                }));
  return damaged;
}

}  // namespace pki
