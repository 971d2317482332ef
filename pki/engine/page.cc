// Sealing and opening page tokens.
#include "pki/engine/page.h"

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "pki/base/status.h"
#include "pki/crypto/aead.h"

namespace pki {
namespace {

constexpr absl::string_view kKeyPlace = "pagination";

absl::StatusOr<Secret> ReadKey(Store& store) {
  PKI_ASSIGN_OR_RETURN(const auto stored,
                       ReadRecord<v1::PaginationRecord>(store, kKeyPlace));
  if (!stored.has_value()) return Secret();
  return Secret(View(stored->record.key()));
}

// The store's key; the first who needs it makes it.
absl::StatusOr<Secret> KeyOf(Context& context) {
  Store& store = context.upkeep_store();
  PKI_ASSIGN_OR_RETURN(Secret key, ReadKey(store));
  if (!key.empty()) return key;
  std::array<uint8_t, kAeadKeySize> random;
  PKI_RETURN_IF_ERROR(context.entropy().Fill(random.data(), random.size()));
  v1::PaginationRecord record;
  record.set_format(kRecordFormat);
  record.set_key(random.data(), random.size());
  WriteBatch batch;
  batch.preconditions.push_back({std::string(kKeyPlace), std::nullopt});
  batch.puts.emplace_back(kKeyPlace, record.SerializeAsString());
  const absl::Status committed = store.Commit(std::move(batch));
  if (!committed.ok() && ReasonOf(committed) != v1::REASON_STORE_PRECONDITION) {
    return committed;
  }
  return ReadKey(store);
}

}  // namespace

Pager::Pager(Secret key, std::string listing)
    : key_(std::move(key)), listing_(std::move(listing)) {}

absl::StatusOr<Pager> Pager::New(Context& context, std::string listing) {
  PKI_ASSIGN_OR_RETURN(Secret key, KeyOf(context));
  if (key.size() != kAeadKeySize) {
    return DamagedRecord(kKeyPlace);
  }
  return Pager(std::move(key), std::move(listing));
}

absl::StatusOr<std::string> Pager::After(
    const std::optional<absl::string_view>& token) const {
  if (!token.has_value()) return std::string();
  std::string sealed;
  // One spelling only: no spaces, no padding, no bits to spare.
  if (absl::WebSafeBase64Unescape(*token, &sealed) &&
      absl::WebSafeBase64Escape(sealed) == *token) {
    const auto key = Unseal(key_, View(sealed), View(listing_));
    if (key.ok()) {
      return std::string(key->Reveal().begin(), key->Reveal().end());
    }
  }
  return Refuse(v1::REASON_NEXT_TOKEN, "Request.NextToken",
                "This is no token that the same listing has answered with.");
}

absl::StatusOr<std::string> Pager::Token(absl::string_view last_key) const {
  PKI_ASSIGN_OR_RETURN(const Bytes sealed,
                       Seal(key_, View(last_key), View(listing_)));
  return absl::WebSafeBase64Escape(sealed);
}

}  // namespace pki
