// The keys that a host keeps, over the callbacks of its pki_signer.
#ifndef PKI_CAPI_HOST_SIGNER_H_
#define PKI_CAPI_HOST_SIGNER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "capi/pki_engine.h"
#include "pki/keystore/key_store.h"

namespace pki {

// A key store that believes the host nothing: what contradicts pki_engine.h is
// REASON_SIGNER_ANSWER, a public key that is none, or another one than it must
// be, REASON_SIGNER_KEY, what the host says it cannot do
// REASON_SIGNER_CALLBACK. `field` is the path of `signer`, which is not null
// and read now only. Errors: REASON_STRUCT_SIZE, REASON_ARGUMENT_NULL,
// REASON_SECURITY_STANDARD.
absl::StatusOr<std::shared_ptr<KeyStore>> HostSignerOf(const pki_signer* signer,
                                                       absl::string_view field);

}  // namespace pki

#endif  // PKI_CAPI_HOST_SIGNER_H_
