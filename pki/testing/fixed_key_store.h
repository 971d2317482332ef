// Keys that are the same each time, so that whole certificates are. They are no
// secret to anybody: for tests only.
#ifndef PKI_TESTING_FIXED_KEY_STORE_H_
#define PKI_TESTING_FIXED_KEY_STORE_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/crypto/private_key.h"
#include "pki/keystore/key_store.h"
#include "proto/service.pb.h"

namespace pki {

// The P-256 key whose private half is this number, which is not zero.
PrivateKey FixedKey(uint32_t number);

// The nth key that is made is FixedKey(n), whatever algorithm is asked for.
class FixedKeyStore : public KeyStore {
 public:
  absl::StatusOr<NewKey> Create(absl::string_view arn,
                                v1::KeyAlgorithm algorithm) override;
  absl::StatusOr<std::shared_ptr<const SigningKey>> Open(
      absl::string_view arn, ByteView handle) override;
  absl::Status Destroy(absl::string_view arn, ByteView handle) override;

 private:
  std::atomic<uint32_t> made_{0};
};

}  // namespace pki

#endif  // PKI_TESTING_FIXED_KEY_STORE_H_
