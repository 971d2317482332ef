// The error model: absl::Status with one mandatory payload, v1.ErrorDetail.
//
// Every refusal is made by Refuse(), which takes the code from the reason's row
// in proto/error.proto. A status that was made in another way is a defect and
// is shown as InternalFailure.
#ifndef PKI_BASE_STATUS_H_
#define PKI_BASE_STATUS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/error.pb.h"

namespace pki {

// A refusal. `field` is the path of what is to blame, rooted at its source
// ("Request.Validity.Value", "Csr.subject"), or empty. `message` is a sentence
// that a person can act on; values in it go through Quote(), secrets never.
absl::Status Refuse(v1::Reason reason, absl::string_view field,
                    absl::string_view message);

// What a status says. For an OK status the default message; for a status
// without the payload InternalFailure with its text.
v1::ErrorDetail DetailOf(const absl::Status& status);

// The reason of a status; REASON_UNSPECIFIED for an OK one.
v1::Reason ReasonOf(const absl::Status& status);

// The row of a reason; an empty one when the enum has no such value.
const v1::Rule& RuleOf(v1::Reason reason);

// The name on the wire ("InvalidArgsException") and the HTTP status.
const v1::CodeInfo& InfoOf(v1::ErrorCode code);

// `value` for a message: at most 128 bytes of it, in single quotes, everything
// but printable ASCII escaped, an ellipsis where it was cut.
std::string Quote(absl::string_view value);

// Puts `root` before the field path of a refusal: Under("Request", s) turns
// "Csr" into "Request.Csr". An OK status passes unchanged.
absl::Status Under(absl::string_view root, const absl::Status& status);

}  // namespace pki

// Returns from the enclosing function when `expr` is not OK.
#define PKI_RETURN_IF_ERROR(expr)                               \
  do {                                                          \
    if (::absl::Status pki_status_ = (expr); !pki_status_.ok()) \
      return pki_status_;                                       \
  } while (false)

// Evaluates a StatusOr; returns its error, or moves its value into `lhs`.
#define PKI_ASSIGN_OR_RETURN(lhs, expr) \
  PKI_ASSIGN_OR_RETURN_(PKI_CONCAT_(pki_or_, __LINE__), lhs, expr)
#define PKI_CONCAT_INNER_(a, b) a##b
#define PKI_CONCAT_(a, b) PKI_CONCAT_INNER_(a, b)
#define PKI_ASSIGN_OR_RETURN_(tmp, lhs, expr)    \
  auto tmp = (expr);                             \
  if (!tmp.ok()) return std::move(tmp).status(); \
  lhs = *std::move(tmp)

#endif  // PKI_BASE_STATUS_H_
