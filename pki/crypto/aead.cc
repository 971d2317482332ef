// AES-256-GCM: a nonce, the ciphertext, a tag.
#include "pki/crypto/aead.h"

#include <openssl/aead.h>

#include "pki/base/status.h"
#include "pki/crypto/boringssl.h"
#include "pki/crypto/random.h"

namespace pki {
namespace {

constexpr size_t kNonceSize = 12;  // bytes; what EVP_aead_aes_256_gcm wants
constexpr size_t kTagSize = 16;    // bytes

// BoringSSL's context, which holds the key in itself and does not wipe it.
class AeadContext {
 public:
  AeadContext() { EVP_AEAD_CTX_zero(&context_); }
  ~AeadContext() {
    EVP_AEAD_CTX_cleanup(&context_);
    WipeMemory(&context_, sizeof(context_));
  }
  AeadContext(const AeadContext&) = delete;
  AeadContext& operator=(const AeadContext&) = delete;

  bool Init(const Secret& key) {
    return EVP_AEAD_CTX_init(&context_, EVP_aead_aes_256_gcm(),
                             key.Reveal().data(), key.size(), kTagSize,
                             nullptr) == 1;
  }
  const EVP_AEAD_CTX* get() const { return &context_; }

 private:
  EVP_AEAD_CTX context_;
};

}  // namespace

absl::StatusOr<Bytes> Seal(const Secret& key, ByteView plaintext,
                           ByteView associated_data) {
  const ErrorQueueCleaner cleaner;
  Bytes sealed(kNonceSize + plaintext.size() + kTagSize, '\0');
  auto* const nonce = reinterpret_cast<uint8_t*>(&sealed[0]);
  PKI_RETURN_IF_ERROR(CryptoEntropy().Fill(nonce, kNonceSize));
  AeadContext context;
  size_t size = 0;
  if (!context.Init(key) ||
      EVP_AEAD_CTX_seal(context.get(), nonce + kNonceSize, &size,
                        sealed.size() - kNonceSize, nonce, kNonceSize,
                        plaintext.data(), plaintext.size(),
                        associated_data.data(), associated_data.size()) != 1) {
    return Refuse(v1::REASON_CRYPTO_FAILED, "",
                  "The crypto library could not seal with AES-256-GCM.");
  }
  sealed.resize(kNonceSize + size);
  return sealed;
}

absl::StatusOr<Secret> Unseal(const Secret& key, ByteView sealed,
                              ByteView associated_data) {
  const ErrorQueueCleaner cleaner;
  const absl::Status refusal =
      Refuse(v1::REASON_KEY_UNSEAL, "",
             "The sealed bytes do not open under this key for this owner.");
  if (sealed.size() < kNonceSize + kTagSize) return refusal;
  const ByteView ciphertext = sealed.subspan(kNonceSize);
  Secret plaintext(ciphertext.size() - kTagSize);
  AeadContext context;
  size_t size = 0;
  if (!context.Init(key) ||
      EVP_AEAD_CTX_open(context.get(), plaintext.mutable_data(), &size,
                        plaintext.size(), sealed.data(), kNonceSize,
                        ciphertext.data(), ciphertext.size(),
                        associated_data.data(), associated_data.size()) != 1) {
    return refusal;
  }
  return plaintext;
}

}  // namespace pki
