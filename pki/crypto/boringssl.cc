// The table of hash functions, and the error queue.
#include "pki/crypto/boringssl.h"

#include <openssl/err.h>
#include <openssl/nid.h>

#include <cstdlib>

namespace pki {

const HashFunction& HashFunctionOf(Digest digest) {
  static constexpr HashFunction kSha256 = {NID_sha256, EVP_sha256, SHA256,
                                           SHA256_DIGEST_LENGTH};
  static constexpr HashFunction kSha384 = {NID_sha384, EVP_sha384, SHA384,
                                           SHA384_DIGEST_LENGTH};
  static constexpr HashFunction kSha512 = {NID_sha512, EVP_sha512, SHA512,
                                           SHA512_DIGEST_LENGTH};
  switch (digest) {
    case Digest::kSha256:
      return kSha256;
    case Digest::kSha384:
      return kSha384;
    case Digest::kSha512:
      return kSha512;
    case Digest::kNone:
      break;
  }
  // A defect of the caller: what it would do with a hash is not to be had.
  std::abort();
}

ErrorQueueCleaner::~ErrorQueueCleaner() { ERR_clear_error(); }

}  // namespace pki
