// scrypt with BoringSSL, which wipes the memory that it worked in.
#include "pki/crypto/scrypt.h"

#include <openssl/evp.h>

#include <cstdint>

#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/crypto/boringssl.h"
#include "pki/crypto/random.h"

namespace pki {
namespace {

// As costly as N = 2^17, r = 8, p = 1 in a quarter of the memory (OWASP
// Password Storage Cheat Sheet, 2023).
constexpr uint32_t kLog2N = 15;
constexpr uint32_t kBlockSize = 8;
constexpr uint32_t kParallelization = 3;

// N blocks of 128 r bytes.
constexpr uint64_t kUnit = 128;                     // bytes
constexpr uint64_t kMaxMemory = uint64_t{1} << 28;  // bytes
constexpr uint32_t kMaxLog2N = 21;
constexpr uint32_t kMaxParallelization = 16;

bool IsBearable(const v1::ScryptParameters& parameters) {
  return parameters.log2_n() >= 1 && parameters.log2_n() <= kMaxLog2N &&
         parameters.r() >= 1 &&
         parameters.r() <= (kMaxMemory / kUnit) >> parameters.log2_n() &&
         parameters.p() >= 1 && parameters.p() <= kMaxParallelization;
}

}  // namespace

absl::StatusOr<v1::ScryptParameters> NewScryptParameters() {
  v1::ScryptParameters parameters;
  PKI_ASSIGN_OR_RETURN(*parameters.mutable_salt(), RandomId());
  parameters.set_log2_n(kLog2N);
  parameters.set_r(kBlockSize);
  parameters.set_p(kParallelization);
  return parameters;
}

absl::StatusOr<Secret> Scrypt(const Secret& passphrase,
                              const v1::ScryptParameters& parameters,
                              size_t size) {
  if (!IsBearable(parameters)) {
    return Refuse(v1::REASON_SCRYPT_PARAMETERS, "",
                  "The parameters of scrypt are out of bounds.");
  }
  const ErrorQueueCleaner cleaner;
  const ByteView password = passphrase.Reveal();
  const ByteView salt = View(parameters.salt());
  Secret key(size);
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(password.data()),
                     password.size(), salt.data(), salt.size(),
                     uint64_t{1} << parameters.log2_n(), parameters.r(),
                     parameters.p(), 2 * kMaxMemory, key.mutable_data(),
                     key.size()) != 1) {
    return Refuse(
        v1::REASON_CRYPTO_FAILED, "",
        "The crypto library could not run scrypt; it may lack memory.");
  }
  return key;
}

}  // namespace pki
