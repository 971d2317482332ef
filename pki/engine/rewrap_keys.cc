// RewrapKeys: every key in the store under another key-encryption key, and the
// keyring with them, in one commit.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pki/base/bytes.h"
#include "pki/base/secret.h"
#include "pki/base/status.h"
#include "pki/engine/operations.h"
#include "pki/keystore/kek.h"
#include "pki/keystore/keyring.h"
#include "pki/store/scan_pages.h"

namespace pki {
namespace {

// How many CAs are read at once.
constexpr size_t kPageSize = 100;

absl::StatusOr<KekSource> SourceOf(const v1::RewrapKeysRequest& request) {
  if (request.has_new_key_encryption_key() == request.has_new_passphrase()) {
    return Refuse(v1::REASON_REWRAP_KEY, "Request.NewKeyEncryptionKey",
                  "Give a new key-encryption key or a new passphrase, one of "
                  "the two.");
  }
  if (request.has_new_passphrase()) {
    return KekSource::Passphrase(Secret(View(request.new_passphrase())));
  }
  return KekSource::Key(Secret(View(request.new_key_encryption_key())));
}

// Adds every record under `prefix` with its key under `next`; answers how many
// they are. `arn_of` gives the ARN of the CA that a record is of; what is of
// none that was seen came too late for this commit, which fails then.
template <typename Record, typename ArnOf>
absl::StatusOr<int64_t> ResealUnder(Context& context, absl::string_view prefix,
                                    const Keyring& keyring, const Kek& next,
                                    const ArnOf& arn_of, WriteBatch* batch) {
  int64_t count = 0;
  const auto reseal = [&](const std::vector<Entry>& entries) -> absl::Status {
    for (const Entry& entry : entries) {
      PKI_ASSIGN_OR_RETURN(auto stored, ToRecord<Record>(entry));
      Record& record = stored.record;
      const std::string arn = arn_of(entry.key.substr(prefix.size()), record);
      if (arn.empty()) continue;
      PKI_ASSIGN_OR_RETURN(
          *record.mutable_key_handle(),
          keyring.Reseal(arn, View(record.key_handle()), next));
      batch->preconditions.push_back({entry.key, entry.version});
      batch->puts.emplace_back(entry.key, record.SerializeAsString());
      ++count;
    }
    return absl::OkStatus();
  };
  PKI_RETURN_IF_ERROR(
      ScanPages(context.store(), KeysUnder(prefix), kPageSize, reseal));
  return count;
}

// Adds the keys of all CAs, and those of their OCSP delegates.
absl::StatusOr<int64_t> ResealAll(Context& context, const Keyring& keyring,
                                  const Kek& next, WriteBatch* batch) {
  std::map<std::string, std::string> arns;  // by id
  PKI_ASSIGN_OR_RETURN(
      const int64_t authorities,
      ResealUnder<CaRecord>(
          context, kCaPrefix, keyring, next,
          [&arns](const std::string& id, const CaRecord& record) {
            return arns[id] = record.arn();
          },
          batch));
  PKI_ASSIGN_OR_RETURN(
      const int64_t delegates,
      ResealUnder<v1::OcspDelegateRecord>(
          context, OcspKey(""), keyring, next,
          [&arns](const std::string& id, const v1::OcspDelegateRecord&) {
            return arns[id];
          },
          batch));
  return authorities + delegates;
}

}  // namespace

absl::Status RewrapKeys(Context& context, const v1::RewrapKeysRequest& request,
                        v1::RewrapKeysResponse* response) {
  PKI_ASSIGN_OR_RETURN(const KekSource source, SourceOf(request));
  Keyring* const keyring = context.keys().keyring();
  if (keyring == nullptr) {
    return Refuse(v1::REASON_REWRAP_UNSUPPORTED, "",
                  "The keys are kept outside the store: there is nothing to "
                  "seal anew.");
  }
  PKI_ASSIGN_OR_RETURN(const auto next, keyring->Prepare(source));
  // Again when a CA was made or changed meanwhile.
  return Retry(
      [&]() -> absl::Status {
        PKI_ASSIGN_OR_RETURN(WriteBatch batch, keyring->Replace(*next));
        PKI_ASSIGN_OR_RETURN(const int64_t keys,
                             ResealAll(context, *keyring, *next, &batch));
        PKI_RETURN_IF_ERROR(context.store().Commit(std::move(batch)));
        // The keys as they were sealed before, for whoever has the old key, are
        // in the log until it is emptied; the last to close the store does that
        // too.
        if (context.maintenance() != nullptr) {
          context.maintenance()->Compact().IgnoreError();
        }
        response->set_keys(keys);
        return absl::OkStatus();
      },
      "");
}

}  // namespace pki
