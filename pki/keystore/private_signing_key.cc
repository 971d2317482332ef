// Every call goes to the private key.
#include "pki/keystore/private_signing_key.h"

#include <utility>

namespace pki {

PrivateSigningKey::PrivateSigningKey(PrivateKey key) : key_(std::move(key)) {}

const Bytes& PrivateSigningKey::spki() const { return key_.spki(); }

const PublicKey& PrivateSigningKey::public_key() const {
  return key_.public_key();
}

absl::StatusOr<Bytes> PrivateSigningKey::SignDigest(
    SignatureAlgorithm algorithm, ByteView digest) const {
  return key_.SignDigest(algorithm, digest);
}

}  // namespace pki
