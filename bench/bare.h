// The bare limit's part: signing and verifying on BoringSSL itself, with
// nothing of ours around it.
#ifndef BENCH_BARE_H_
#define BENCH_BARE_H_

#include <openssl/evp.h>

#include "pki/base/bytes.h"
#include "pki/crypto/private_key.h"
#include "pki/crypto/signature_algorithm.h"

namespace pki {

// A key that goes straight to BoringSSL's ECDSA and RSA functions, as fast as
// the library is. Whatever fails ends the program.
class BareKey {
 public:
  explicit BareKey(const PrivateKey& key);
  // A public key from its SubjectPublicKeyInfo, by the library's own reader.
  explicit BareKey(ByteView spki);

  // `digest` is SHA-256 or SHA-384; RSA is PKCS #1 v1.5.
  void Verify(Digest digest, ByteView message, ByteView signature) const;
  Bytes Sign(Digest digest, ByteView message) const;

 private:
  bssl::UniquePtr<EVP_PKEY> key_;
};

}  // namespace pki

#endif  // BENCH_BARE_H_
