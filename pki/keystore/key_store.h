// The key port: where CA keys are made and used. A key is known outside by an
// opaque handle, which the engine keeps in the CA's record; what is in it is
// the implementation's own affair (a sealed key, a token's label, a key id).
#ifndef PKI_KEYSTORE_KEY_STORE_H_
#define PKI_KEYSTORE_KEY_STORE_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/crypto/public_key.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/store/store.h"
#include "proto/service.pb.h"

namespace pki {

class Keyring;

// An opened key. Immutable; safe on any thread.
class SigningKey {
 public:
  virtual ~SigningKey() = default;

  // The SubjectPublicKeyInfo in DER; valid as long as the key.
  virtual const Bytes& spki() const = 0;
  virtual const PublicKey& public_key() const = 0;

  // The signature over a message, by its digest with the algorithm's hash
  // function (pki/crypto/digest.h). Errors: reasons of the range 1900, code
  // KEY_FAILURE or CRYPTO_FAILURE.
  virtual absl::StatusOr<Bytes> SignDigest(SignatureAlgorithm algorithm,
                                           ByteView digest) const = 0;
};

// A key that was just made.
struct NewKey {
  Bytes handle;
  // What the commit that stores the handle is to have in it too; it fails when
  // the handle is no longer good.
  WriteBatch batch = {};
};

// Implementations are called from any thread.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  // A new key for the CA `arn`. A crash before the handle is stored loses the
  // key and harms nothing. Errors: REASON_KEY_ALGORITHM_UNSUPPORTED,
  // KEY_FAILURE.
  virtual absl::StatusOr<NewKey> Create(absl::string_view arn,
                                        v1::KeyAlgorithm algorithm) = 0;

  // Opens the key that Create() answered `handle` for. Errors: KEY_FAILURE;
  // REASON_KEY_UNSEAL when the handle is not of this store or of this `arn`.
  virtual absl::StatusOr<std::shared_ptr<const SigningKey>> Open(
      absl::string_view arn, ByteView handle) = 0;

  // Destroys the key; done for software keys when the record goes. OK as well
  // when it is destroyed already: after a crash it is asked again. Errors:
  // KEY_FAILURE; then the key may be there or not.
  virtual absl::Status Destroy(absl::string_view arn, ByteView handle) = 0;

  // What the storage of its keys is certified for; UNSPECIFIED for nothing, as
  // with all keys that are in this process.
  virtual v1::KeyStorageSecurityStandard security_standard() const {
    return v1::KEY_STORAGE_SECURITY_STANDARD_UNSPECIFIED;
  }

  // What its handles are sealed under; null when they hold no keys.
  virtual Keyring* keyring() { return nullptr; }
};

}  // namespace pki

#endif  // PKI_KEYSTORE_KEY_STORE_H_
