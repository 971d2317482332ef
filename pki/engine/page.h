// Pages of a listing, and the tokens that lead from one to the next.
//
// A token is the key of the last entry seen, sealed: it says nothing to its
// bearer, cannot be made up, fits only the listing that gave it, and goes on at
// the right place whatever was added meanwhile. Its key is in the store, so
// that every engine on the store understands it.
#ifndef PKI_ENGINE_PAGE_H_
#define PKI_ENGINE_PAGE_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "pki/base/secret.h"
#include "pki/base/status.h"
#include "pki/engine/context.h"

namespace pki {

class Pager {
 public:
  // `listing` names the operation and what it lists of what. Errors:
  // STORAGE_FAILURE, ENTROPY_FAILURE.
  static absl::StatusOr<Pager> New(Context& context, std::string listing);

  // The key after which the page begins; empty for the first. Errors:
  // REASON_NEXT_TOKEN for what is no token of this listing.
  absl::StatusOr<std::string> After(
      const std::optional<absl::string_view>& token) const;

  // The token of the page after `last_key`. Errors: CRYPTO_FAILURE.
  absl::StatusOr<std::string> Token(absl::string_view last_key) const;

 private:
  Pager(Secret key, std::string listing);

  Secret key_;
  std::string listing_;
};

// How many entries a page has: what the request says, and no more than 100 (API
// Reference: ListCertificateAuthorities).
inline constexpr int kMaxPage = 100;

// Of a List request.
template <typename Request>
size_t PageSize(const Request& request) {
  const int wanted =
      request.has_max_results() ? request.max_results() : kMaxPage;
  return static_cast<size_t>(wanted < kMaxPage ? wanted : kMaxPage);
}
template <typename Request>
std::optional<absl::string_view> TokenOf(const Request& request) {
  if (!request.has_next_token()) return std::nullopt;
  return request.next_token();
}

// The entries of one page of the listing of `range`; the token of the next page
// is in the response when there is one. Errors: those of Pager;
// STORAGE_FAILURE.
template <typename Request, typename Response>
absl::StatusOr<std::vector<Entry>> ScanPage(Context& context,
                                            std::string listing, KeyRange range,
                                            const Request& request,
                                            Response* response) {
  PKI_ASSIGN_OR_RETURN(const Pager pager,
                       Pager::New(context, std::move(listing)));
  PKI_ASSIGN_OR_RETURN(const std::string after, pager.After(TokenOf(request)));
  if (!after.empty()) range.begin = KeyAfter(after);
  const size_t size = PageSize(request);
  PKI_ASSIGN_OR_RETURN(std::vector<Entry> entries,
                       context.store().Scan(range, size + 1));
  if (entries.size() > size) {
    entries.pop_back();
    PKI_ASSIGN_OR_RETURN(*response->mutable_next_token(),
                         pager.Token(entries.back().key));
  }
  return entries;
}

// The same for a listing that shows not all of the entries: `show` says of
// entries[at] what is put into `page`, or nothing; `entries` are what one look
// at the store has found. One call goes through at most `max_candidates`
// entries, so that a page may be short, or empty, with more behind it. Errors:
// those of `show` too.
template <typename Request, typename Response, typename Shown, typename Show>
absl::Status ScanFiltered(Context& context, std::string listing, KeyRange range,
                          const Request& request, size_t max_candidates,
                          const Show& show, Response* response,
                          google::protobuf::RepeatedPtrField<Shown>* page) {
  PKI_ASSIGN_OR_RETURN(const Pager pager,
                       Pager::New(context, std::move(listing)));
  PKI_ASSIGN_OR_RETURN(std::string after, pager.After(TokenOf(request)));
  if (!after.empty()) range.begin = std::max(range.begin, KeyAfter(after));
  const size_t size = PageSize(request);
  for (size_t candidates = 0;;) {
    PKI_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                         context.store().Scan(range, size + 1));
    for (size_t at = 0; at < entries.size(); ++at) {
      if (page->size() == static_cast<int>(size) ||
          candidates == max_candidates) {
        PKI_ASSIGN_OR_RETURN(*response->mutable_next_token(),
                             pager.Token(after));
        return absl::OkStatus();
      }
      ++candidates;
      after = entries[at].key;
      PKI_ASSIGN_OR_RETURN(std::optional<Shown> shown, show(entries, at));
      if (shown.has_value()) *page->Add() = *std::move(shown);
    }
    if (entries.size() <= size) return absl::OkStatus();
    range.begin = KeyAfter(after);
  }
}

}  // namespace pki

#endif  // PKI_ENGINE_PAGE_H_
