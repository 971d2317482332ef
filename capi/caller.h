// Who calls, as the C ABI says it.
#ifndef PKI_CAPI_CALLER_H_
#define PKI_CAPI_CALLER_H_

#include "absl/status/statusor.h"
#include "capi/pki_engine.h"
#include "pki/access/principal.h"

namespace pki {

// What is null, or beyond the struct's size, is empty; so is all for null.
// Errors: REASON_STRUCT_SIZE.
absl::StatusOr<Caller> CallerOf(const pki_caller* given);

}  // namespace pki

#endif  // PKI_CAPI_CALLER_H_
