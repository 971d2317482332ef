// The error object of the C ABI.
#ifndef PKI_CAPI_ERROR_H_
#define PKI_CAPI_ERROR_H_

#include <cstdint>

#include "absl/status/status.h"
#include "capi/pki_engine.h"

// The strings are never null.
struct pki_error {
  int32_t code;
  int32_t reason;
  const char* reason_name;
  const char* field;
  const char* message;
  const char* json;
  // False for the two below, which nobody frees.
  bool owned;
};

namespace pki {

// What `status`, which is not OK, says. Released by pki_error_free(). May throw
// std::bad_alloc.
pki_error* NewError(const absl::Status& status);

// Errors that exist already when there is no memory to make one, or when an
// exception came up that nobody expected. Released like others.
pki_error* OutOfMemoryError();
pki_error* UnexpectedError();

}  // namespace pki

#endif  // PKI_CAPI_ERROR_H_
