// A public key: read strictly from a SubjectPublicKeyInfo, and used to verify.
#ifndef PKI_CRYPTO_PUBLIC_KEY_H_
#define PKI_CRYPTO_PUBLIC_KEY_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"

namespace pki {

// Immutable; copies share one key; safe on any thread.
class PublicKey {
 public:
  struct Impl;  // defined in the .cc only

  // Reads a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): RSA of 2048 to
  // 8192 bits with an odd exponent of at least 65537; P-256, P-384, P-521 as a
  // named curve with an uncompressed point on the curve; Ed25519 with a
  // canonical point (RFC 8032 section 5.1.3) whose order does not divide 8,
  // because those verify signatures that nobody's key made. Nothing may follow
  // it. Errors: MalformedCSRException reasons with `field` as the path
  // (REASON_KEY_MALFORMED, REASON_KEY_TYPE, REASON_KEY_SIZE,
  // REASON_KEY_EXPONENT, REASON_KEY_POINT). The caller translates them where
  // the key is not a CSR's.
  static absl::StatusOr<PublicKey> FromSpki(ByteView spki,
                                            absl::string_view field);

  KeyFamily family() const;
  // Modulus bits for RSA; field bits for EC (256, 384, 521); 256 for Ed25519.
  int bits() const;

  // True when `signature` is this key's over `message`. False for a wrong
  // signature and for an algorithm of another key family.
  bool Verify(SignatureAlgorithm algorithm, ByteView message,
              ByteView signature) const;

  // The same for a message of which only the digest is there: that of the
  // algorithm's hash function. False for Ed25519, which has none.
  bool VerifyDigest(SignatureAlgorithm algorithm, ByteView digest,
                    ByteView signature) const;

 private:
  explicit PublicKey(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace pki

#endif  // PKI_CRYPTO_PUBLIC_KEY_H_
