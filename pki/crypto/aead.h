// Authenticated encryption with AES-256-GCM, for keys at rest.
#ifndef PKI_CRYPTO_AEAD_H_
#define PKI_CRYPTO_AEAD_H_

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/base/secret.h"

namespace pki {

inline constexpr size_t kAeadKeySize = 32;  // bytes

// Encrypts under a fresh random nonce of 12 bytes, which comes first in the
// result. `key` has kAeadKeySize bytes. Errors: REASON_CRYPTO_FAILED.
absl::StatusOr<Bytes> Seal(const Secret& key, ByteView plaintext,
                           ByteView associated_data);

// The reverse. Errors: REASON_KEY_UNSEAL when the key, the associated data or
// the bytes are not those of Seal().
absl::StatusOr<Secret> Unseal(const Secret& key, ByteView sealed,
                              ByteView associated_data);

}  // namespace pki

#endif  // PKI_CRYPTO_AEAD_H_
