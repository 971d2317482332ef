// The signature algorithms that the engine signs and verifies with, as a table.
#ifndef PKI_CRYPTO_SIGNATURE_ALGORITHM_H_
#define PKI_CRYPTO_SIGNATURE_ALGORITHM_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"

namespace pki {

enum class KeyFamily { kRsa, kEc, kEd25519 };

enum class Digest { kNone, kSha256, kSha384, kSha512 };

enum class SignatureAlgorithm {
  kEcdsaSha256,
  kEcdsaSha384,
  kEcdsaSha512,
  kRsaSha256,
  kRsaSha384,
  kRsaSha512,
  kRsaPssSha256,
  kRsaPssSha384,
  kRsaPssSha512,
  kEd25519,  // verified in CSRs; no CA key signs with it
};

// One row of the table.
struct SignatureAlgorithmInfo {
  SignatureAlgorithm id;
  // The service's spelling: "SHA256WITHECDSA". Empty for kEd25519.
  absl::string_view name;
  KeyFamily family;
  Digest digest;
  bool pss;
  // The whole AlgorithmIdentifier in DER (RFC 5758, RFC 4055, RFC 8410). PSS
  // uses MGF1 with the same digest and a salt of the digest's length.
  ByteView identifier;
};

// All rows, in the enum's order.
absl::Span<const SignatureAlgorithmInfo> SignatureAlgorithms();

const SignatureAlgorithmInfo& InfoOf(SignatureAlgorithm algorithm);

// The row with this AlgorithmIdentifier, byte for byte; RSA with absent
// parameters in place of NULL is accepted too (RFC 4055 section 5). None for
// any other, MD5 and SHA-1 among them.
std::optional<SignatureAlgorithm> SignatureAlgorithmFromDer(ByteView der);

}  // namespace pki

#endif  // PKI_CRYPTO_SIGNATURE_ALGORITHM_H_
