// Idempotency tokens: the same request with the same token within the window
// has the same answer (API Reference: IssueCertificate,
// CreateCertificateAuthority). Another request with that token is a request of
// its own.
#ifndef PKI_ENGINE_TOKEN_H_
#define PKI_ENGINE_TOKEN_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "pki/store/store.h"

namespace pki {

class Token {
 public:
  // `scope` separates operations and CAs. The request contains its token.
  Token(absl::string_view scope, const google::protobuf::Message& request);

  // The ARN that was answered before; none when the token is new or its window
  // of `window` is over. Errors: STORAGE_FAILURE.
  absl::StatusOr<std::optional<std::string>> Find(Store& store, absl::Time now,
                                                  absl::Duration window);

  // Where the answer is recorded: the same for equal requests.
  const std::string& key() const { return key_; }

  // Adds the answer to the batch that makes it true. Of two callers with the
  // same token one loses the race, and finds the other's answer. After Find().
  void Record(absl::string_view arn, absl::Time now, WriteBatch* batch) const;

 private:
  std::string key_;
  std::optional<Version> version_;  // of an entry whose window is over
};

// Deletes the tokens that were recorded before `before`, which lies before
// every window. One that is recorded anew at the same time stays, and so may
// others until the next call. Errors: REASON_RECORD_DAMAGED for what is no
// token, when the others are gone; STORAGE_FAILURE.
absl::Status DeleteTokens(Store& store, absl::Time before);

}  // namespace pki

#endif  // PKI_ENGINE_TOKEN_H_
