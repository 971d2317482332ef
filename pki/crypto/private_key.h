// A private key that lives in this process: made, sealed as PKCS#8, used.
#ifndef PKI_CRYPTO_PRIVATE_KEY_H_
#define PKI_CRYPTO_PRIVATE_KEY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/base/secret.h"
#include "pki/crypto/public_key.h"
#include "pki/crypto/signature_algorithm.h"
#include "proto/service.pb.h"

namespace pki {

// Immutable; safe on any thread. The crypto library wipes the key when the last
// reference goes.
class PrivateKey {
 public:
  struct Impl;  // defined in the .cc only

  // A new key from the crypto library's own generator. Errors:
  // REASON_KEY_ALGORITHM_UNSUPPORTED for ML_DSA_* and SM2, naming them;
  // REASON_CRYPTO_FAILED.
  static absl::StatusOr<PrivateKey> Generate(v1::KeyAlgorithm algorithm);

  // From PKCS#8 (RFC 5958): RSA or EC, of a size or curve that PublicKey reads.
  // Errors: REASON_KEY_UNREADABLE.
  static absl::StatusOr<PrivateKey> FromPkcs8(const Secret& pkcs8);
  absl::StatusOr<Secret> ToPkcs8() const;

  // The SubjectPublicKeyInfo in DER.
  const Bytes& spki() const;
  const PublicKey& public_key() const;

  // Signs `message` (hashed inside). Errors: REASON_KEY_ALGORITHM_MISMATCH when
  // the algorithm is of another key family, REASON_CRYPTO_FAILED.
  absl::StatusOr<Bytes> Sign(SignatureAlgorithm algorithm,
                             ByteView message) const;

  // The same for a message that was hashed already, with the algorithm's hash
  // function.
  absl::StatusOr<Bytes> SignDigest(SignatureAlgorithm algorithm,
                                   ByteView digest) const;

 private:
  explicit PrivateKey(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace pki

#endif  // PKI_CRYPTO_PRIVATE_KEY_H_
