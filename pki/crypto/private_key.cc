// Making, storing and using private keys.
#include "pki/crypto/private_key.h"

#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/ec_key.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/boringssl.h"
#include "pki/crypto/key_algorithm.h"

namespace pki {

struct PrivateKey::Impl {
  bssl::UniquePtr<EVP_PKEY> key;
  Bytes spki;
  // Made from `spki` and not from `key`: what verifies a signature shares
  // nothing with what made it.
  PublicKey public_key;
};

namespace {

absl::Status CryptoFailed(absl::string_view what) {
  return Refuse(v1::REASON_CRYPTO_FAILED, "",
                absl::StrCat("The crypto library could not ", what, "."));
}

absl::Status Unreadable(absl::string_view why) {
  return Refuse(v1::REASON_KEY_UNREADABLE, "",
                absl::StrCat("The private key cannot be read: ", why, "."));
}

int NidOfCurve(int bits) {
  switch (bits) {
    case 256:
      return NID_X9_62_prime256v1;
    case 384:
      return NID_secp384r1;
    case 521:
      return NID_secp521r1;
    default:
      return NID_undef;
  }
}

// An empty pointer when the library fails.
bssl::UniquePtr<EVP_PKEY> Make(const KeyAlgorithmInfo& info) {
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  if (key == nullptr) return nullptr;
  if (info.family == KeyFamily::kEc) {
    bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NidOfCurve(info.bits)));
    if (ec == nullptr || !EC_KEY_generate_key(ec.get()) ||
        !EVP_PKEY_set1_EC_KEY(key.get(), ec.get())) {
      return nullptr;
    }
    return key;
  }
  bssl::UniquePtr<RSA> rsa(RSA_new());
  bssl::UniquePtr<BIGNUM> exponent(BN_new());
  if (rsa == nullptr || exponent == nullptr ||
      !BN_set_word(exponent.get(), RSA_F4) ||
      !RSA_generate_key_ex(rsa.get(), info.bits, exponent.get(), nullptr) ||
      !EVP_PKEY_set1_RSA(key.get(), rsa.get())) {
    return nullptr;
  }
  return key;
}

// The key with what follows from it. Refuses what PublicKey would.
absl::StatusOr<std::shared_ptr<const PrivateKey::Impl>> Prepare(
    bssl::UniquePtr<EVP_PKEY> key) {
  bssl::ScopedCBB cbb;
  if (!CBB_init(cbb.get(), 0) ||
      !EVP_marshal_public_key(cbb.get(), key.get()) || !CBB_flush(cbb.get())) {
    return CryptoFailed("encode a public key");
  }
  Bytes spki = Copy(ByteView(CBB_data(cbb.get()), CBB_len(cbb.get())));
  absl::StatusOr<PublicKey> public_key = PublicKey::FromSpki(View(spki), "");
  if (!public_key.ok()) {
    return Refuse(v1::REASON_KEY_UNREADABLE, "",
                  DetailOf(public_key.status()).message());
  }
  return std::make_shared<PrivateKey::Impl>(PrivateKey::Impl{
      std::move(key), std::move(spki), *std::move(public_key)});
}

// No private key is of the family of Ed25519.
absl::Status CheckFamily(const SignatureAlgorithmInfo& info,
                         const PublicKey& key) {
  if (info.family == key.family()) return absl::OkStatus();
  return Refuse(v1::REASON_KEY_ALGORITHM_MISMATCH, "",
                absl::StrCat("The algorithm ", info.name,
                             " does not sign with a key of this family."));
}

// The signers write a signature to `out`, which has the key's signature size,
// and answer its length, or 0 when the library fails.

size_t SignEcdsa(const EC_KEY* key, ByteView digest, uint8_t* out) {
  unsigned size = 0;
  return ECDSA_sign(0, digest.data(), digest.size(), out, &size, key) ? size
                                                                      : 0;
}

size_t SignRsa(RSA* key, const SignatureAlgorithmInfo& info, ByteView digest,
               uint8_t* out) {
  const HashFunction& function = HashFunctionOf(info.digest);
  if (info.pss) {
    size_t size = 0;
    return RSA_sign_pss_mgf1(key, &size, out, RSA_size(key), digest.data(),
                             digest.size(), function.md(), function.md(),
                             static_cast<int>(function.size))
               ? size
               : 0;
  }
  unsigned size = 0;
  return RSA_sign(function.nid, digest.data(), digest.size(), out, &size, key)
             ? size
             : 0;
}

}  // namespace

PrivateKey::PrivateKey(std::shared_ptr<const Impl> impl)
    : impl_(std::move(impl)) {}

absl::StatusOr<PrivateKey> PrivateKey::Generate(v1::KeyAlgorithm algorithm) {
  const ErrorQueueCleaner cleaner;
  PKI_ASSIGN_OR_RETURN(const KeyAlgorithmInfo info,
                       FindKeyAlgorithm(algorithm, ""));
  bssl::UniquePtr<EVP_PKEY> key = Make(info);
  if (key == nullptr) return CryptoFailed("make a key");
  PKI_ASSIGN_OR_RETURN(auto impl, Prepare(std::move(key)));
  return PrivateKey(std::move(impl));
}

absl::StatusOr<PrivateKey> PrivateKey::FromPkcs8(const Secret& pkcs8) {
  const ErrorQueueCleaner cleaner;
  CBS cbs;
  CBS_init(&cbs, pkcs8.Reveal().data(), pkcs8.size());
  bssl::UniquePtr<EVP_PKEY> key(EVP_parse_private_key(&cbs));
  if (key == nullptr || CBS_len(&cbs) != 0) {
    return Unreadable("it is not PKCS#8 in DER");
  }
  const int type = EVP_PKEY_id(key.get());
  if (type != EVP_PKEY_RSA && type != EVP_PKEY_EC) {
    return Unreadable("it is neither an RSA nor an EC key");
  }
  PKI_ASSIGN_OR_RETURN(auto impl, Prepare(std::move(key)));
  return PrivateKey(std::move(impl));
}

absl::StatusOr<Secret> PrivateKey::ToPkcs8() const {
  const ErrorQueueCleaner cleaner;
  // The library wipes the buffer in between when it frees it.
  bssl::ScopedCBB cbb;
  if (!CBB_init(cbb.get(), 0) ||
      !EVP_marshal_private_key(cbb.get(), impl_->key.get()) ||
      !CBB_flush(cbb.get())) {
    return CryptoFailed("encode a private key");
  }
  return Secret(ByteView(CBB_data(cbb.get()), CBB_len(cbb.get())));
}

const Bytes& PrivateKey::spki() const { return impl_->spki; }

const PublicKey& PrivateKey::public_key() const { return impl_->public_key; }

absl::StatusOr<Bytes> PrivateKey::Sign(SignatureAlgorithm algorithm,
                                       ByteView message) const {
  const SignatureAlgorithmInfo& info = InfoOf(algorithm);
  PKI_RETURN_IF_ERROR(CheckFamily(info, public_key()));
  const MessageHash hash(HashFunctionOf(info.digest), message);
  return SignDigest(algorithm, ByteView(hash.data(), hash.size()));
}

absl::StatusOr<Bytes> PrivateKey::SignDigest(SignatureAlgorithm algorithm,
                                             ByteView digest) const {
  const ErrorQueueCleaner cleaner;
  const SignatureAlgorithmInfo& info = InfoOf(algorithm);
  PKI_RETURN_IF_ERROR(CheckFamily(info, public_key()));
  EVP_PKEY* const key = impl_->key.get();
  Bytes signature(EVP_PKEY_size(key), '\0');
  auto* const out = reinterpret_cast<uint8_t*>(&signature[0]);
  const size_t size = info.family == KeyFamily::kEc
                          ? SignEcdsa(EVP_PKEY_get0_EC_KEY(key), digest, out)
                          : SignRsa(EVP_PKEY_get0_RSA(key), info, digest, out);
  if (size == 0) return CryptoFailed("sign");
  signature.resize(size);
  return signature;
}

}  // namespace pki
