// Message digests.
#include "pki/crypto/digest.h"

#include <openssl/digest.h>
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

struct Hasher::Impl {
  bssl::ScopedEVP_MD_CTX context;
};

Hasher::Hasher(Digest digest) : impl_(std::make_unique<Impl>()) {
  // None of the three fails for a digest of the library's own.
  EVP_DigestInit_ex(impl_->context.get(), HashFunctionOf(digest).md(), nullptr);
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::Update(ByteView piece) {
  EVP_DigestUpdate(impl_->context.get(), piece.data(), piece.size());
}

Bytes Hasher::Finish() {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(impl_->context.get(), digest, &size);
  return Copy(ByteView(digest, size));
}

}  // namespace pki
