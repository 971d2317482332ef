// RewrapKeys: every key in the store under another key-encryption key, and the
// keyring with them, in one commit.
#include <string>
#include <utility>

#include "pki/base/bytes.h"
#include "pki/base/secret.h"
#include "pki/base/status.h"
#include "pki/engine/operations.h"
#include "pki/keystore/kek.h"
#include "pki/keystore/keyring.h"

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

// Adds the key of the CA's OCSP delegate; answers how many it has.
absl::StatusOr<int64_t> ResealDelegate(Context& context, const Keyring& keyring,
                                       absl::string_view arn, const Kek& next,
                                       WriteBatch* batch) {
  PKI_ASSIGN_OR_RETURN(const CaArn name, ParseCaArn(arn, "Record.arn"));
  std::string key = OcspKey(name.id);
  PKI_ASSIGN_OR_RETURN(
      auto stored, ReadRecord<v1::OcspDelegateRecord>(context.store(), key));
  if (!stored.has_value()) return 0;
  v1::OcspDelegateRecord& record = stored->record;
  PKI_ASSIGN_OR_RETURN(*record.mutable_key_handle(),
                       keyring.Reseal(arn, View(record.key_handle()), next));
  batch->preconditions.push_back({key, stored->version});
  batch->puts.emplace_back(std::move(key), record.SerializeAsString());
  return 1;
}

// Adds every CA with its keys under `next`; answers how many they are.
absl::StatusOr<int64_t> ResealAll(Context& context, const Keyring& keyring,
                                  const Kek& next, WriteBatch* batch) {
  int64_t count = 0;
  KeyRange range = KeysUnder(kCaPrefix);
  for (;;) {
    PKI_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                         context.store().Scan(range, kPageSize));
    for (const Entry& entry : entries) {
      PKI_ASSIGN_OR_RETURN(auto stored, ToRecord<CaRecord>(entry));
      CaRecord& record = stored.record;
      PKI_ASSIGN_OR_RETURN(
          *record.mutable_key_handle(),
          keyring.Reseal(record.arn(), View(record.key_handle()), next));
      batch->preconditions.push_back({entry.key, entry.version});
      batch->puts.emplace_back(entry.key, record.SerializeAsString());
      PKI_ASSIGN_OR_RETURN(
          const int64_t delegates,
          ResealDelegate(context, keyring, record.arn(), next, batch));
      count += 1 + delegates;
    }
    if (entries.size() < kPageSize) return count;
    range.begin = KeyAfter(entries.back().key);
  }
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
