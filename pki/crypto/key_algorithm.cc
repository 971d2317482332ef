// The table of kinds of key.
#include "pki/crypto/key_algorithm.h"

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/base/wire_name.h"

namespace pki {
namespace {

constexpr KeyAlgorithmInfo kTable[] = {
    {v1::KEY_ALGORITHM_RSA_2048, KeyFamily::kRsa, 2048},
    {v1::KEY_ALGORITHM_RSA_3072, KeyFamily::kRsa, 3072},
    {v1::KEY_ALGORITHM_RSA_4096, KeyFamily::kRsa, 4096},
    {v1::KEY_ALGORITHM_EC_PRIME256V1, KeyFamily::kEc, 256},
    {v1::KEY_ALGORITHM_EC_SECP384R1, KeyFamily::kEc, 384},
    {v1::KEY_ALGORITHM_EC_SECP521R1, KeyFamily::kEc, 521},
};

}  // namespace

absl::StatusOr<KeyAlgorithmInfo> FindKeyAlgorithm(v1::KeyAlgorithm id,
                                                  absl::string_view field) {
  for (const KeyAlgorithmInfo& row : kTable) {
    if (row.id == id) return row;
  }
  return Refuse(v1::REASON_KEY_ALGORITHM_UNSUPPORTED, field,
                absl::StrCat("Key algorithm ", WireNameOf(id),
                             " is not supported: the crypto library lacks "
                             "it."));
}

}  // namespace pki
