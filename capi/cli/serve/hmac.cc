// What pkictl itself needs of the library that the engine keeps to itself.
#include "capi/cli/serve/hmac.h"

#include <openssl/hmac.h>
#include <openssl/mem.h>
#include <openssl/sha.h>

#include <cstdint>

#include "absl/strings/escaping.h"

namespace pkictl {
namespace {

const uint8_t* BytesOf(absl::string_view data) {
  return reinterpret_cast<const uint8_t*>(data.data());
}

}  // namespace

std::string Sha256Hex(absl::string_view data) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(BytesOf(data), data.size(), reinterpret_cast<uint8_t*>(&digest[0]));
  return absl::BytesToHexString(digest);
}

Secret HmacSha256(const Secret& key, absl::string_view data) {
  Secret code(SHA256_DIGEST_LENGTH);
  HMAC(EVP_sha256(), key.data(), key.size(), BytesOf(data), data.size(),
       reinterpret_cast<uint8_t*>(code.data()), nullptr);
  return code;
}

bool SameBytes(absl::string_view left, absl::string_view right) {
  return left.size() == right.size() &&
         CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace pkictl
