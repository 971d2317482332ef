// The kinds of key that the engine makes, as a table.
#ifndef PKI_CRYPTO_KEY_ALGORITHM_H_
#define PKI_CRYPTO_KEY_ALGORITHM_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/crypto/signature_algorithm.h"
#include "proto/service.pb.h"

namespace pki {

// One row of the table.
struct KeyAlgorithmInfo {
  v1::KeyAlgorithm id;
  KeyFamily family;
  int bits;  // as PublicKey::bits() has it
};

// Errors at `field`: REASON_KEY_ALGORITHM_UNSUPPORTED for ML_DSA_* and SM2, by
// name.
absl::StatusOr<KeyAlgorithmInfo> FindKeyAlgorithm(v1::KeyAlgorithm id,
                                                  absl::string_view field);

}  // namespace pki

#endif  // PKI_CRYPTO_KEY_ALGORITHM_H_
