// Message digests.
#ifndef PKI_CRYPTO_DIGEST_H_
#define PKI_CRYPTO_DIGEST_H_

#include <array>
#include <cstdint>

#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"

namespace pki {

// Only for key identifiers (RFC 5280 section 4.2.1.2), never for signatures.
std::array<uint8_t, 20> Sha1(ByteView data);

std::array<uint8_t, 32> Sha256(ByteView data);

// What a signature is made of. `digest` is not kNone.
Bytes DigestOf(Digest digest, ByteView message);

}  // namespace pki

#endif  // PKI_CRYPTO_DIGEST_H_
