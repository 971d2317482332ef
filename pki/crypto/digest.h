// Message digests.
#ifndef PKI_CRYPTO_DIGEST_H_
#define PKI_CRYPTO_DIGEST_H_

#include <array>
#include <cstdint>
#include <memory>

#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"

namespace pki {

// Only where an RFC names things by it: key identifiers (RFC 5280 section
// 4.2.1.2), CertIDs and responder ids (RFC 6960), never for signatures.
std::array<uint8_t, 20> Sha1(ByteView data);

std::array<uint8_t, 32> Sha256(ByteView data);

// What a signature is made of. `digest` is not kNone.
Bytes DigestOf(Digest digest, ByteView message);

// The same of a message that comes in pieces. For one thread.
class Hasher {
 public:
  // `digest` is not kNone.
  explicit Hasher(Digest digest);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void Update(ByteView piece);
  // Called once, at the end.
  Bytes Finish();

 private:
  struct Impl;  // defined in the .cc only
  std::unique_ptr<Impl> impl_;
};

}  // namespace pki

#endif  // PKI_CRYPTO_DIGEST_H_
