// Keys of each family as BoringSSL's own RSA and EC objects: an EVP_PKEY around
// them costs and brings nothing.
#include "pki/crypto/public_key.h"

#include <openssl/curve25519.h>
#include <openssl/ec_key.h>
#include <openssl/ecdsa.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/boringssl.h"
#include "pki/crypto/spki.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"

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

// Parameters of algorithms, as whole elements: NULL, and the curves.
constexpr uint8_t kNull[] = {0x05, 0x00};
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

// The number of significant bits of a big-endian number.
int BitLength(ByteView number) {
  number = StripLeadingZeros(number);
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

// A key of one family, or what is wrong with it at `field`.
using Result = absl::StatusOr<std::shared_ptr<const PublicKey::Impl>>;

absl::Status Malformed(absl::string_view field, absl::string_view why) {
  return Refuse(v1::REASON_KEY_MALFORMED, field,
                absl::StrCat("The public key cannot be read: ", why, "."));
}

absl::Status BadPoint(absl::string_view field, absl::string_view why) {
  return Refuse(v1::REASON_KEY_POINT, field,
                absl::StrCat("The point of the key ", why, "."));
}

bool IsSoundExponent(ByteView exponent) {
  if (BitLength(exponent) > kMaxExponentBits) return false;
  uint64_t value = 0;
  for (const uint8_t byte : exponent) value = value << 8 | byte;
  return value >= kMinExponent && value % 2 == 1;
}

bool ReadUnsigned(der::Reader* reader, ByteView* octets) {
  return reader->ReadInteger(octets) && (octets->front() & 0x80) == 0;
}

Result ReadRsa(const Spki& spki, absl::string_view field) {
  if (spki.parameters != ByteView(kNull)) {
    return Malformed(field, "the parameters of rsaEncryption must be NULL");
  }
  der::Reader outer(spki.key);
  der::Reader sequence;
  ByteView modulus;
  ByteView exponent;
  if (!outer.Read(der::kSequence, &sequence) || !outer.empty() ||
      !ReadUnsigned(&sequence, &modulus) ||
      !ReadUnsigned(&sequence, &exponent) || !sequence.empty()) {
    return Malformed(field, "it is not an RSAPublicKey in DER");
  }
  const int bits = BitLength(modulus);
  if (bits < kMinModulusBits || bits > kMaxModulusBits) {
    return Refuse(
        v1::REASON_KEY_SIZE, field,
        absl::StrCat("The RSA key has ", bits, " bits; from ", kMinModulusBits,
                     " to ", kMaxModulusBits, " are accepted."));
  }
  if (modulus.back() % 2 == 0) {
    return Malformed(field, "the RSA modulus is even");
  }
  if (!IsSoundExponent(exponent)) {
    return Refuse(
        v1::REASON_KEY_EXPONENT, field,
        absl::StrCat("The RSA exponent must be odd, at least ", kMinExponent,
                     ", and have at most ", kMaxExponentBits, " bits."));
  }
  bssl::UniquePtr<RSA> rsa(
      RSA_public_key_from_bytes(spki.key.data(), spki.key.size()));
  if (rsa == nullptr) return Malformed(field, "the crypto library refuses it");
  return std::make_shared<RsaKey>(bits, std::move(rsa));
}

Result ReadEc(const Spki& spki, absl::string_view field) {
  der::Reader parameters(spki.parameters);
  ByteView element;
  if (!parameters.ReadAnyElement(&element) || !parameters.empty()) {
    return Malformed(field, "id-ecPublicKey has one parameter, the curve");
  }
  const Curve* const curve = std::find_if(
      std::begin(kCurves), std::end(kCurves),
      [&](const Curve& row) { return row.parameters == spki.parameters; });
  if (curve == std::end(kCurves)) {
    return Refuse(v1::REASON_KEY_TYPE, field,
                  "The EC key must name its curve: P-256, P-384 or P-521.");
  }
  if (spki.key.empty() || spki.key[0] != kUncompressed) {
    return BadPoint(field, "is not in uncompressed form");
  }
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve->nid));
  if (ec == nullptr) {
    return Refuse(v1::REASON_CRYPTO_FAILED, field,
                  "The crypto library could not make a key.");
  }
  // Sets the point in place, and checks its length and that it is on the
  // curve: once, and without the copies of EC_KEY_set_public_key.
  EC_KEY* target = ec.get();
  const uint8_t* bytes = spki.key.data();
  if (o2i_ECPublicKey(&target, &bytes, static_cast<long>(spki.key.size())) ==
      nullptr) {
    return BadPoint(field, "is not a point of its curve");
  }
  return std::make_shared<EcKey>(curve->bits, std::move(ec));
}

Result ReadEd25519(const Spki& spki, absl::string_view field) {
  if (!spki.parameters.empty()) {
    return Malformed(field, "the parameters of Ed25519 must be absent");
  }
  if (spki.key.size() != ED25519_PUBLIC_KEY_LEN) {
    return Malformed(field, "an Ed25519 key has 32 bytes");
  }
  Coordinate y;
  std::copy(spki.key.begin(), spki.key.end(), y.begin());
  y.back() &= 0x7f;  // the top bit is the sign of x
  if (!std::lexicographical_compare(y.rbegin(), y.rend(), kFieldPrime.rbegin(),
                                    kFieldPrime.rend())) {
    return BadPoint(field, "is not in canonical form");
  }
  // For these anybody can make signatures: they prove no possession.
  if (std::find(std::begin(kSmallOrderYs), std::end(kSmallOrderYs), y) !=
      std::end(kSmallOrderYs)) {
    return BadPoint(field, "is of small order");
  }
  return std::make_shared<Ed25519Key>(spki.key);
}

// Who reads the keys of each type.
struct KeyReader {
  ByteView type;
  Result (*read)(const Spki& spki, absl::string_view field);
};
constexpr KeyReader kKeyReaders[] = {
    {oid::kEcPublicKey, ReadEc},
    {oid::kRsaEncryption, ReadRsa},
    {oid::kEd25519, ReadEd25519},
};

}  // namespace

PublicKey::PublicKey(std::shared_ptr<const Impl> impl)
    : impl_(std::move(impl)) {}

absl::StatusOr<PublicKey> PublicKey::FromSpki(ByteView spki,
                                              absl::string_view field) {
  const ErrorQueueCleaner cleaner;
  PKI_ASSIGN_OR_RETURN(const Spki parts, ParseSpki(spki, field));
  const auto* const reader = std::find_if(
      std::begin(kKeyReaders), std::end(kKeyReaders),
      [&](const KeyReader& row) { return oid::Same(row.type, parts.type); });
  if (reader == std::end(kKeyReaders)) {
    return Refuse(v1::REASON_KEY_TYPE, field,
                  "The key is neither RSA (rsaEncryption), EC (id-ecPublicKey) "
                  "nor Ed25519.");
  }
  PKI_ASSIGN_OR_RETURN(auto impl, reader->read(parts, field));
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
  return info.family == impl_->family && info.digest != Digest::kNone &&
         digest.size() == HashFunctionOf(info.digest).size &&
         impl_->VerifyDigest(info, digest, signature);
}

}  // namespace pki
