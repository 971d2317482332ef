// What the units of pki/crypto share of BoringSSL. Private to this folder.
#ifndef PKI_CRYPTO_BORINGSSL_H_
#define PKI_CRYPTO_BORINGSSL_H_

#include <openssl/digest.h>
#include <openssl/sha.h>

#include <cstdint>

#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"

namespace pki {

// A hash function as BoringSSL's signature functions want it.
struct HashFunction {
  int nid;
  const EVP_MD* (*md)();
  uint8_t* (*hash)(const uint8_t* data, size_t size, uint8_t* out);
  size_t size;  // bytes
};

// Aborts for kNone.
const HashFunction& HashFunctionOf(Digest digest);

// The hash of a message, without an allocation.
class MessageHash {
 public:
  MessageHash(const HashFunction& function, ByteView message)
      : size_(function.size) {
    function.hash(message.data(), message.size(), bytes_);
  }
  const uint8_t* data() const { return bytes_; }
  size_t size() const { return size_; }

 private:
  uint8_t bytes_[SHA512_DIGEST_LENGTH];
  size_t size_;
};

// Empties BoringSSL's error queue of this thread at the end of a scope, so that
// nothing of ours is left there for a host that uses the same library.
class ErrorQueueCleaner {
 public:
  ErrorQueueCleaner() = default;
  ErrorQueueCleaner(const ErrorQueueCleaner&) = delete;
  ErrorQueueCleaner& operator=(const ErrorQueueCleaner&) = delete;
  ~ErrorQueueCleaner();
};

}  // namespace pki

#endif  // PKI_CRYPTO_BORINGSSL_H_
