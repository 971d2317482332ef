// Message digests.
#include "pki/crypto/digest.h"

#include <openssl/sha.h>

#include "pki/crypto/boringssl.h"

namespace pki {

std::array<uint8_t, 20> Sha1(ByteView data) {
  std::array<uint8_t, SHA_DIGEST_LENGTH> digest;
  SHA1(data.data(), data.size(), digest.data());
  return digest;
}

std::array<uint8_t, 32> Sha256(ByteView data) {
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest;
  SHA256(data.data(), data.size(), digest.data());
  return digest;
}

Bytes DigestOf(Digest digest, ByteView message) {
  const MessageHash hash(HashFunctionOf(digest), message);
  return Copy(ByteView(hash.data(), hash.size()));
}

}  // namespace pki
