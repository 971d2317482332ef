// Randomness from the crypto library's generator: the default Entropy.
#ifndef PKI_CRYPTO_RANDOM_H_
#define PKI_CRYPTO_RANDOM_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/base/ports.h"
#include "pki/base/secret.h"

namespace pki {

// Cannot be seeded or replaced. Safe on any thread. Errors:
// REASON_ENTROPY_FAILED.
class CryptoEntropy : public Entropy {
 public:
  absl::Status Fill(uint8_t* out, size_t size) override;
};

// kRandomIdSize random bytes: an id that no other has. Errors:
// REASON_ENTROPY_FAILED.
inline constexpr size_t kRandomIdSize = 16;
absl::StatusOr<Bytes> RandomId();

// `size` random bytes that are secret. Errors: REASON_ENTROPY_FAILED.
absl::StatusOr<Secret> RandomSecret(size_t size);

}  // namespace pki

#endif  // PKI_CRYPTO_RANDOM_H_
