// A key management service in this process: it keeps keys, and signs digests.
// What a host of the engine would call.
#ifndef PKI_TESTING_SOFTWARE_KMS_H_
#define PKI_TESTING_SOFTWARE_KMS_H_

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/crypto/private_key.h"
#include "pki/crypto/signature_algorithm.h"
#include "proto/service.pb.h"

namespace pki {

// Safe on any thread. None stands for a key that is not there, and for an
// algorithm that does not suit it.
class SoftwareKms {
 public:
  // Answers the id of a new key.
  std::string Create(v1::KeyAlgorithm algorithm);
  // The SubjectPublicKeyInfo in DER.
  std::optional<Bytes> PublicKeyOf(absl::string_view id);
  std::optional<Bytes> SignDigest(absl::string_view id,
                                  SignatureAlgorithm algorithm,
                                  ByteView digest);
  // Whether there was such a key.
  bool Destroy(absl::string_view id);
  // How many keys there are.
  size_t size();

 private:
  std::optional<PrivateKey> Find(absl::string_view id);

  std::mutex mutex_;  // guards all below
  std::map<std::string, PrivateKey> keys_;
  int made_ = 0;
};

}  // namespace pki

#endif  // PKI_TESTING_SOFTWARE_KMS_H_
