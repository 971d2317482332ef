// Which signing algorithm goes with which CA key.
#ifndef PKI_POLICY_ALGORITHM_H_
#define PKI_POLICY_ALGORITHM_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/crypto/signature_algorithm.h"
#include "proto/service.pb.h"

namespace pki {

// The algorithm that a request names, for a CA whose key is of the kind `key`.
// Errors at `field`: REASON_SIGNING_ALGORITHM_UNSUPPORTED for ML_DSA_* and
// SM3WITHSM2, REASON_SIGNING_ALGORITHM_MISMATCH.
absl::StatusOr<SignatureAlgorithm> ChooseSignatureAlgorithm(
    v1::SigningAlgorithm requested, v1::KeyAlgorithm key,
    absl::string_view field);

}  // namespace pki

#endif  // PKI_POLICY_ALGORITHM_H_
