// Keys from passphrases: scrypt (RFC 7914).
#ifndef PKI_CRYPTO_SCRYPT_H_
#define PKI_CRYPTO_SCRYPT_H_

#include "absl/status/statusor.h"
#include "pki/base/secret.h"
#include "proto/store.pb.h"

namespace pki {

// What new keys are derived with: a random salt, and a cost of 32 MiB of memory
// and about a quarter of a second. Errors: REASON_ENTROPY_FAILED.
absl::StatusOr<v1::ScryptParameters> NewScryptParameters();

// `size` bytes that follow from the passphrase. What it may cost is bounded,
// whoever wrote the parameters: 256 MiB, and 16 times the time that filling
// them takes. Errors: REASON_SCRYPT_PARAMETERS for more; REASON_CRYPTO_FAILED
// without that memory, and for what RFC 7914 does not allow.
absl::StatusOr<Secret> Scrypt(const Secret& passphrase,
                              const v1::ScryptParameters& parameters,
                              size_t size);

}  // namespace pki

#endif  // PKI_CRYPTO_SCRYPT_H_
