// Reading a SubjectPublicKeyInfo by hand, and verifying with BoringSSL's own
// RSA and EC objects: an EVP_PKEY between them costs and brings nothing.
#include "pki/crypto/public_key.h"

#include <openssl/bytestring.h>
#include <openssl/curve25519.h>
#include <openssl/ec_key.h>
#include <openssl/ecdsa.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/boringssl.h"

namespace pki {

struct PublicKey::Impl {
  Impl(KeyFamily key_family, int key_bits)
      : family(key_family), bits(key_bits) {}
  virtual ~Impl() = default;
  // `info` is of this key's family.
  virtual bool Verify(const SignatureAlgorithmInfo& info, ByteView message,
                      ByteView signature) const {
    const MessageHash hash(HashFunctionOf(info.digest), message);
    return VerifyDigest(info, ByteView(hash.data(), hash.size()), signature);
  }
  // `digest` is of the size that the algorithm's hash function has.
  virtual bool VerifyDigest(const SignatureAlgorithmInfo& info, ByteView digest,
                            ByteView signature) const = 0;

  const KeyFamily family;
  const int bits;
};

namespace {

constexpr int kMinModulusBits = 2048;
constexpr int kMaxModulusBits = 8192;
constexpr uint64_t kMinExponent = 65537;
// BoringSSL refuses larger ones: a long exponent is a way to make a verifier
// work for minutes.
constexpr int kMaxExponentBits = 33;
constexpr uint8_t kUncompressed = 0x04;  // SEC 1, section 2.3.3

// Contents of object identifiers, and NULL as a whole element.
constexpr uint8_t kRsaEncryption[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                      0x0d, 0x01, 0x01, 0x01};
constexpr uint8_t kEcPublicKey[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
constexpr uint8_t kEd25519[] = {0x2b, 0x65, 0x70};
constexpr uint8_t kNull[] = {0x05, 0x00};

// The curves' object identifiers, as whole elements.
constexpr uint8_t kP256[] = {0x06, 0x08, 0x2a, 0x86, 0x48,
                             0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr uint8_t kP384[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr uint8_t kP521[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23};

// A coordinate of Ed25519 (RFC 8032, section 5.1), little-endian, and the prime
// of its field.
using Coordinate = std::array<uint8_t, ED25519_PUBLIC_KEY_LEN>;
constexpr Coordinate kFieldPrime = {
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
// The y of the eight points whose order divides 8: 1 for order 1, -1 for 2, 0
// for 4 and the last two for 8 (Chalkias, Garillot and Nikolaenko, "Taming the
// Many EdDSAs", 2020; the base point's order times any point gives them too).
constexpr Coordinate kSmallOrderYs[] = {
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

struct Curve {
  ByteView parameters;
  int nid;
  int bits;
};
constexpr Curve kCurves[] = {
    {kP256, NID_X9_62_prime256v1, 256},
    {kP384, NID_secp384r1, 384},
    {kP521, NID_secp521r1, 521},
};

ByteView ViewOf(const CBS& cbs) {
  return ByteView(CBS_data(&cbs), CBS_len(&cbs));
}

// The number of significant bits of a big-endian number.
int BitLength(ByteView number) {
  while (!number.empty() && number[0] == 0) number.remove_prefix(1);
  if (number.empty()) return 0;
  int bits = static_cast<int>(number.size() - 1) * 8;
  for (uint8_t top = number[0]; top != 0; top >>= 1) ++bits;
  return bits;
}

class RsaKey : public PublicKey::Impl {
 public:
  RsaKey(int key_bits, bssl::UniquePtr<RSA> rsa)
      : Impl(KeyFamily::kRsa, key_bits), rsa_(std::move(rsa)) {}

  bool VerifyDigest(const SignatureAlgorithmInfo& info, ByteView digest,
                    ByteView signature) const override {
    const HashFunction& function = HashFunctionOf(info.digest);
    if (info.pss) {
      return RSA_verify_pss_mgf1(rsa_.get(), digest.data(), digest.size(),
                                 function.md(), function.md(),
                                 static_cast<int>(function.size),
                                 signature.data(), signature.size()) == 1;
    }
    return RSA_verify(function.nid, digest.data(), digest.size(),
                      signature.data(), signature.size(), rsa_.get()) == 1;
  }

 private:
  const bssl::UniquePtr<RSA> rsa_;
};

class EcKey : public PublicKey::Impl {
 public:
  EcKey(int key_bits, bssl::UniquePtr<EC_KEY> key)
      : Impl(KeyFamily::kEc, key_bits), key_(std::move(key)) {}

  bool VerifyDigest(const SignatureAlgorithmInfo& /*info*/, ByteView digest,
                    ByteView signature) const override {
    return ECDSA_verify(0, digest.data(), digest.size(), signature.data(),
                        signature.size(), key_.get()) == 1;
  }

 private:
  const bssl::UniquePtr<EC_KEY> key_;
};

class Ed25519Key : public PublicKey::Impl {
 public:
  explicit Ed25519Key(ByteView key) : Impl(KeyFamily::kEd25519, 256) {
    std::copy(key.begin(), key.end(), key_.begin());
  }

  bool Verify(const SignatureAlgorithmInfo&, ByteView message,
              ByteView signature) const override {
    return signature.size() == ED25519_SIGNATURE_LEN &&
           ED25519_verify(message.data(), message.size(), signature.data(),
                          key_.data()) == 1;
  }
  // Ed25519 hashes the message twice (RFC 8032, section 5.1.7).
  bool VerifyDigest(const SignatureAlgorithmInfo&, ByteView /*digest*/,
                    ByteView /*signature*/) const override {
    return false;
  }

 private:
  std::array<uint8_t, ED25519_PUBLIC_KEY_LEN> key_;
};

// A reader of one SubjectPublicKeyInfo; carries the field for refusals.
class Reader {
 public:
  using Result = absl::StatusOr<std::shared_ptr<const PublicKey::Impl>>;

  explicit Reader(absl::string_view field) : field_(field) {}

  Result Read(ByteView der) const {
    CBS input, spki, algorithm, type, key;
    uint8_t unused_bits;
    CBS_init(&input, der.data(), der.size());
    if (!CBS_get_asn1(&input, &spki, CBS_ASN1_SEQUENCE) ||
        CBS_len(&input) != 0 ||
        !CBS_get_asn1(&spki, &algorithm, CBS_ASN1_SEQUENCE) ||
        !CBS_get_asn1(&algorithm, &type, CBS_ASN1_OBJECT) ||
        !CBS_get_asn1(&spki, &key, CBS_ASN1_BITSTRING) || CBS_len(&spki) != 0 ||
        !CBS_get_u8(&key, &unused_bits) || unused_bits != 0) {
      return Malformed("it is not a SubjectPublicKeyInfo in DER");
    }
    const ByteView oid = ViewOf(type);
    const ByteView parameters = ViewOf(algorithm);
    if (oid == ByteView(kEcPublicKey)) return ReadEc(parameters, ViewOf(key));
    if (oid == ByteView(kRsaEncryption)) return ReadRsa(parameters, key);
    if (oid == ByteView(kEd25519)) return ReadEd25519(parameters, ViewOf(key));
    return Refuse(v1::REASON_KEY_TYPE, field_,
                  "the key is neither RSA (rsaEncryption), EC (id-ecPublicKey) "
                  "nor Ed25519");
  }

 private:
  absl::Status Malformed(absl::string_view why) const {
    return Refuse(v1::REASON_KEY_MALFORMED, field_,
                  absl::StrCat("the public key cannot be read: ", why));
  }

  Result ReadRsa(ByteView parameters, CBS key) const {
    if (parameters != ByteView(kNull)) {
      return Malformed("the parameters of rsaEncryption must be NULL");
    }
    const ByteView der = ViewOf(key);
    CBS sequence, modulus, exponent;
    if (!CBS_get_asn1(&key, &sequence, CBS_ASN1_SEQUENCE) ||
        CBS_len(&key) != 0 ||
        !CBS_get_asn1(&sequence, &modulus, CBS_ASN1_INTEGER) ||
        !CBS_get_asn1(&sequence, &exponent, CBS_ASN1_INTEGER) ||
        CBS_len(&sequence) != 0 || !CBS_is_unsigned_asn1_integer(&modulus) ||
        !CBS_is_unsigned_asn1_integer(&exponent)) {
      return Malformed("it is not an RSAPublicKey in DER");
    }
    const int bits = BitLength(ViewOf(modulus));
    if (bits < kMinModulusBits || bits > kMaxModulusBits) {
      return Refuse(v1::REASON_KEY_SIZE, field_,
                    absl::StrCat("the RSA key has ", bits, " bits; from ",
                                 kMinModulusBits, " to ", kMaxModulusBits,
                                 " are accepted"));
    }
    if (ViewOf(modulus).back() % 2 == 0) {
      return Malformed("the RSA modulus is even");
    }
    if (!IsSoundExponent(ViewOf(exponent))) {
      return Refuse(
          v1::REASON_KEY_EXPONENT, field_,
          absl::StrCat("the RSA exponent must be odd, at least ", kMinExponent,
                       ", and have at most ", kMaxExponentBits, " bits"));
    }
    bssl::UniquePtr<RSA> rsa(RSA_public_key_from_bytes(der.data(), der.size()));
    if (rsa == nullptr) return Malformed("the crypto library refuses it");
    return std::make_shared<RsaKey>(bits, std::move(rsa));
  }

  static bool IsSoundExponent(ByteView exponent) {
    if (BitLength(exponent) > kMaxExponentBits) return false;
    uint64_t value = 0;
    for (const uint8_t byte : exponent) value = value << 8 | byte;
    return value >= kMinExponent && value % 2 == 1;
  }

  Result ReadEc(ByteView parameters, ByteView key) const {
    CBS rest, element;
    CBS_init(&rest, parameters.data(), parameters.size());
    if (!CBS_get_any_asn1_element(&rest, &element, nullptr, nullptr) ||
        CBS_len(&rest) != 0) {
      return Malformed("id-ecPublicKey has one parameter, the curve");
    }
    const Curve* const curve = std::find_if(
        std::begin(kCurves), std::end(kCurves),
        [&](const Curve& row) { return row.parameters == parameters; });
    if (curve == std::end(kCurves)) {
      return Refuse(v1::REASON_KEY_TYPE, field_,
                    "the EC key must name its curve: P-256, P-384 or P-521");
    }
    if (key.empty() || key[0] != kUncompressed) {
      return BadPoint("is not in uncompressed form");
    }
    bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve->nid));
    if (ec == nullptr) {
      return Refuse(v1::REASON_CRYPTO_FAILED, field_,
                    "the crypto library could not make a key");
    }
    // Sets the point in place, and checks its length and that it is on the
    // curve: once, and without the copies of EC_KEY_set_public_key.
    EC_KEY* target = ec.get();
    const uint8_t* bytes = key.data();
    if (o2i_ECPublicKey(&target, &bytes, static_cast<long>(key.size())) ==
        nullptr) {
      return BadPoint("is not a point of its curve");
    }
    return std::make_shared<EcKey>(curve->bits, std::move(ec));
  }

  absl::Status BadPoint(absl::string_view why) const {
    return Refuse(v1::REASON_KEY_POINT, field_,
                  absl::StrCat("the point of the key ", why));
  }

  Result ReadEd25519(ByteView parameters, ByteView key) const {
    if (!parameters.empty()) {
      return Malformed("the parameters of Ed25519 must be absent");
    }
    if (key.size() != ED25519_PUBLIC_KEY_LEN) {
      return Malformed("an Ed25519 key has 32 bytes");
    }
    Coordinate y;
    std::copy(key.begin(), key.end(), y.begin());
    y.back() &= 0x7f;  // the top bit is the sign of x
    if (!std::lexicographical_compare(
            y.rbegin(), y.rend(), kFieldPrime.rbegin(), kFieldPrime.rend())) {
      return BadPoint("is not in canonical form");
    }
    // For these anybody can make signatures: they prove no possession.
    if (std::find(std::begin(kSmallOrderYs), std::end(kSmallOrderYs), y) !=
        std::end(kSmallOrderYs)) {
      return BadPoint("is of small order");
    }
    return std::make_shared<Ed25519Key>(key);
  }

  const absl::string_view field_;
};

}  // namespace

PublicKey::PublicKey(std::shared_ptr<const Impl> impl)
    : impl_(std::move(impl)) {}

absl::StatusOr<PublicKey> PublicKey::FromSpki(ByteView spki,
                                              absl::string_view field) {
  const ErrorQueueCleaner cleaner;
  PKI_ASSIGN_OR_RETURN(auto impl, Reader(field).Read(spki));
  return PublicKey(std::move(impl));
}

KeyFamily PublicKey::family() const { return impl_->family; }

int PublicKey::bits() const { return impl_->bits; }

bool PublicKey::Verify(SignatureAlgorithm algorithm, ByteView message,
                       ByteView signature) const {
  const ErrorQueueCleaner cleaner;
  const SignatureAlgorithmInfo& info = InfoOf(algorithm);
  return info.family == impl_->family &&
         impl_->Verify(info, message, signature);
}

bool PublicKey::VerifyDigest(SignatureAlgorithm algorithm, ByteView digest,
                             ByteView signature) const {
  const ErrorQueueCleaner cleaner;
  const SignatureAlgorithmInfo& info = InfoOf(algorithm);
  return info.family == impl_->family &&
         digest.size() == HashFunctionOf(info.digest).size &&
         impl_->VerifyDigest(info, digest, signature);
}

}  // namespace pki
