// A hash, then ECDSA or RSA, by the shortest way into the library.
#include "bench/bare.h"

#include <openssl/bytestring.h>
#include <openssl/ec_key.h>
#include <openssl/ecdsa.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include "bench/check.h"
#include "pki/base/secret.h"

namespace pki {
namespace {

struct Hash {
  Hash(Digest digest, ByteView message) {
    if (digest == Digest::kSha384) {
      SHA384(message.data(), message.size(), bytes);
      size = SHA384_DIGEST_LENGTH;
      nid = NID_sha384;
    } else {
      SHA256(message.data(), message.size(), bytes);
      size = SHA256_DIGEST_LENGTH;
      nid = NID_sha256;
    }
  }

  uint8_t bytes[SHA384_DIGEST_LENGTH];
  size_t size;
  int nid;
};

}  // namespace

BareKey::BareKey(const PrivateKey& key) {
  const Secret pkcs8 = key.ToPkcs8().value();
  CBS cbs;
  CBS_init(&cbs, pkcs8.Reveal().data(), pkcs8.size());
  key_.reset(EVP_parse_private_key(&cbs));
  Check(key_ != nullptr, "reading a private key");
}

BareKey::BareKey(ByteView spki) {
  CBS cbs;
  CBS_init(&cbs, spki.data(), spki.size());
  key_.reset(EVP_parse_public_key(&cbs));
  Check(key_ != nullptr, "reading a public key");
}

void BareKey::Verify(Digest digest, ByteView message,
                     ByteView signature) const {
  const Hash hash(digest, message);
  const bool good =
      EVP_PKEY_id(key_.get()) == EVP_PKEY_EC
          ? ECDSA_verify(0, hash.bytes, hash.size, signature.data(),
                         signature.size(), EVP_PKEY_get0_EC_KEY(key_.get()))
          : RSA_verify(hash.nid, hash.bytes, hash.size, signature.data(),
                       signature.size(), EVP_PKEY_get0_RSA(key_.get()));
  Check(good, "verifying a signature");
}

Bytes BareKey::Sign(Digest digest, ByteView message) const {
  const Hash hash(digest, message);
  Bytes signature(EVP_PKEY_size(key_.get()), '\0');
  auto* const out = reinterpret_cast<uint8_t*>(&signature[0]);
  unsigned size = 0;
  const bool good = EVP_PKEY_id(key_.get()) == EVP_PKEY_EC
                        ? ECDSA_sign(0, hash.bytes, hash.size, out, &size,
                                     EVP_PKEY_get0_EC_KEY(key_.get()))
                        : RSA_sign(hash.nid, hash.bytes, hash.size, out, &size,
                                   EVP_PKEY_get0_RSA(key_.get()));
  Check(good, "signing");
  signature.resize(size);
  return signature;
}

}  // namespace pki
