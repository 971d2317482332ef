// Matchers for absl::Status and absl::StatusOr: by reason and field, never by
// the text of a message.
#ifndef PKI_TESTING_STATUS_MATCHERS_H_
#define PKI_TESTING_STATUS_MATCHERS_H_

#include <gmock/gmock.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/base/status.h"

namespace pki {
namespace status_matchers_internal {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// How a test that fails shows it.
inline std::string Describe(const absl::Status& status) {
  return "whose status is " + status.ToString();
}

}  // namespace status_matchers_internal

// The call succeeded.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  const absl::Status& status = status_matchers_internal::StatusOf(arg);
  if (!status.ok()) {
    *result_listener << status_matchers_internal::Describe(status);
  }
  return status.ok();
}

// A refusal for `reason`, with the code that the reason's row names and with a
// message.
MATCHER_P(IsRefusal, reason,
          std::string(negation ? "is not" : "is") + " a refusal for " +
              v1::Reason_Name(reason)) {
  const absl::Status& status = status_matchers_internal::StatusOf(arg);
  *result_listener << status_matchers_internal::Describe(status);
  const v1::ErrorDetail detail = DetailOf(status);
  return !status.ok() && detail.reason() == reason &&
         detail.code() == RuleOf(reason).code() && !detail.message().empty();
}

// The same, with `field` as the path of what is to blame.
MATCHER_P2(IsRefusal, reason, field,
           std::string(negation ? "is not" : "is") + " a refusal for " +
               v1::Reason_Name(reason) + " at " + std::string(field)) {
  return testing::ExplainMatchResult(IsRefusal(reason), arg, result_listener) &&
         DetailOf(status_matchers_internal::StatusOf(arg)).field() == field;
}

}  // namespace pki

#endif  // PKI_TESTING_STATUS_MATCHERS_H_
