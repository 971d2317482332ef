// Randomness from the crypto library's generator.
#include "pki/crypto/random.h"

#include <openssl/rand.h>

#include <array>

#include "pki/base/status.h"

namespace pki {

absl::Status CryptoEntropy::Fill(uint8_t* out, size_t size) {
  // BoringSSL never answers anything but 1; AWS-LC can.
  if (RAND_bytes(out, size) != 1) {
    return Refuse(v1::REASON_ENTROPY_FAILED, "",
                  "The crypto library gave no random bytes.");
  }
  return absl::OkStatus();
}

absl::StatusOr<Bytes> RandomId() {
  std::array<uint8_t, kRandomIdSize> id;
  PKI_RETURN_IF_ERROR(CryptoEntropy().Fill(id.data(), id.size()));
  return Copy(id);
}

absl::StatusOr<Secret> RandomSecret(size_t size) {
  Secret secret(size);
  PKI_RETURN_IF_ERROR(CryptoEntropy().Fill(secret.mutable_data(), size));
  return secret;
}

}  // namespace pki
