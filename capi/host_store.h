// The store that a host brings, over the callbacks of its pki_store.
#ifndef PKI_CAPI_HOST_STORE_H_
#define PKI_CAPI_HOST_STORE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/pki_engine.h"
#include "pki/store/store.h"

namespace pki {

// A store that believes the host nothing: what contradicts pki_engine.h is
// REASON_STORE_ANSWER, what the host says it cannot do REASON_STORE_CALLBACK.
// `field` is the path of `store`, which is not null and read now only. Errors:
// REASON_STRUCT_SIZE, REASON_ARGUMENT_NULL.
absl::StatusOr<std::shared_ptr<Store>> HostStoreOf(const pki_store* store,
                                                   absl::string_view field);

}  // namespace pki

#endif  // PKI_CAPI_HOST_STORE_H_
