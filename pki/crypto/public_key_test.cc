// Tests of reading SubjectPublicKeyInfos: each fault with its reason. Verifying
// is tested with signing, in private_key_test.
#include "pki/crypto/public_key.h"

#include <gtest/gtest.h>
#include <openssl/curve25519.h>
#include <openssl/err.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

constexpr char kField[] = "Csr.subjectPublicKeyInfo";

// DER of one element, with the shortest length.
Bytes Tlv(uint8_t tag, absl::string_view content) {
  Bytes length;
  for (size_t rest = content.size(); rest != 0; rest >>= 8) {
    length.insert(length.begin(), static_cast<char>(rest & 0xff));
  }
  if (content.size() >= 0x80) {
    length.insert(length.begin(), static_cast<char>(0x80 | length.size()));
  } else {
    length.assign(1, static_cast<char>(content.size()));
  }
  return absl::StrCat(std::string(1, static_cast<char>(tag)), length, content);
}
Bytes Sequence(absl::string_view content) { return Tlv(0x30, content); }
Bytes Integer(absl::string_view content) { return Tlv(0x02, content); }
Bytes BitString(absl::string_view content) {
  return Tlv(0x03, absl::StrCat(std::string(1, '\0'), content));
}
Bytes FromHex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

const Bytes kNull = FromHex("0500");
const Bytes kRsaOid = FromHex("06092a864886f70d010101");
const Bytes kPssOid = FromHex("06092a864886f70d01010a");
const Bytes kEcOid = FromHex("06072a8648ce3d0201");
const Bytes kEd25519Oid = FromHex("06032b6570");
const Bytes kX25519Oid = FromHex("06032b656e");
const Bytes kP256Oid = FromHex("06082a8648ce3d030107");
const Bytes kP224Oid = FromHex("06052b81040021");
const Bytes kP384Oid = FromHex("06052b81040022");
const Bytes kP521Oid = FromHex("06052b81040023");
// The generator of P-256 (SEC 2, section 2.4.2).
const Bytes kP256X =
    FromHex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
const Bytes kP256Y =
    FromHex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");

Bytes Spki(absl::string_view algorithm, absl::string_view key) {
  return Sequence(absl::StrCat(Sequence(algorithm), BitString(key)));
}

// A positive number of exactly `bits` bits that ends in `last`.
Bytes Number(int bits, uint8_t last) {
  Bytes number((bits + 7) / 8, '\x5a');
  number[0] = static_cast<char>(1 << ((bits - 1) % 8));
  number.back() = static_cast<char>(last);
  if ((number[0] & 0x80) != 0) number.insert(number.begin(), '\0');
  return number;
}

// Parsing looks at the size and oddness of a modulus, not at its factors.
Bytes RsaKey(absl::string_view modulus, absl::string_view exponent) {
  return Sequence(absl::StrCat(Integer(modulus), Integer(exponent)));
}
Bytes RsaSpki(absl::string_view key) {
  return Spki(absl::StrCat(kRsaOid, kNull), key);
}
Bytes RsaSpki(int bits, absl::string_view exponent = FromHex("010001")) {
  return RsaSpki(RsaKey(Number(bits, 0x01), exponent));
}
Bytes EcSpki(absl::string_view curve, absl::string_view point) {
  return Spki(absl::StrCat(kEcOid, curve), point);
}
Bytes P256Spki() {
  return EcSpki(kP256Oid, absl::StrCat("\x04", kP256X, kP256Y));
}
Bytes Ed25519Spki() { return Spki(kEd25519Oid, Bytes(32, '\x11')); }

absl::StatusOr<PublicKey> Read(const Bytes& spki) {
  auto key = PublicKey::FromSpki(View(spki), kField);
  EXPECT_EQ(ERR_peek_error(), 0u);
  return key;
}

void ExpectRefused(const Bytes& spki, v1::Reason reason) {
  EXPECT_THAT(Read(spki), IsRefusal(reason, kField)) << Hex(View(spki));
}

TEST(PublicKeyTest, ReadsRsaOfEachSize) {
  for (const int bits : {2048, 2049, 3072, 4096, 8191, 8192}) {
    const auto key = Read(RsaSpki(bits));
    ASSERT_THAT(key, IsOk());
    EXPECT_EQ(key->family(), KeyFamily::kRsa);
    EXPECT_EQ(key->bits(), bits);
  }
}

TEST(PublicKeyTest, ReadsWhatOpensslMakes) {
  struct Case {
    std::vector<std::string> options;
    KeyFamily family;
    int bits;
  };
  const Case cases[] = {
      {{"RSA", "-pkeyopt", "rsa_keygen_bits:2048"}, KeyFamily::kRsa, 2048},
      {{"EC", "-pkeyopt", "ec_paramgen_curve:P-256"}, KeyFamily::kEc, 256},
      {{"EC", "-pkeyopt", "ec_paramgen_curve:P-384"}, KeyFamily::kEc, 384},
      {{"EC", "-pkeyopt", "ec_paramgen_curve:P-521"}, KeyFamily::kEc, 521},
      {{"ED25519"}, KeyFamily::kEd25519, 256},
  };
  for (const Case& test : cases) {
    const std::string private_path = NewTestPath("key.pem");
    const std::string public_path = NewTestPath("key.der");
    std::vector<std::string> command = {"openssl", "genpkey", "-out",
                                        private_path, "-algorithm"};
    command.insert(command.end(), test.options.begin(), test.options.end());
    ASSERT_EQ(RunProgram(command).exit_status, 0);
    ASSERT_EQ(RunProgram({"openssl", "pkey", "-in", private_path, "-pubout",
                          "-outform", "DER", "-out", public_path})
                  .exit_status,
              0);
    const auto key = Read(ReadTestFile(public_path));
    ASSERT_THAT(key, IsOk());
    EXPECT_EQ(key->family(), test.family);
    EXPECT_EQ(key->bits(), test.bits);
  }
}

TEST(PublicKeyTest, CopiesShareOneKey) {
  const auto key = Read(P256Spki());
  ASSERT_THAT(key, IsOk());
  absl::StatusOr<PublicKey> copy = Read(Ed25519Spki());
  ASSERT_THAT(copy, IsOk());
  *copy = *key;
  EXPECT_EQ(copy->family(), KeyFamily::kEc);
  EXPECT_EQ(key->family(), KeyFamily::kEc);
}

TEST(PublicKeyTest, RsaOfOtherSizesIsRefused) {
  for (const int bits : {1, 512, 1024, 2047, 8193, 16384}) {
    ExpectRefused(RsaSpki(bits), v1::REASON_KEY_SIZE);
  }
}

TEST(PublicKeyTest, RsaExponents) {
  for (const char* const hex : {"010001", "010003", "01ffffffff"}) {
    EXPECT_THAT(Read(RsaSpki(2048, FromHex(hex))), IsOk()) << hex;
  }
  // 0, 1, 3, 65535, even ones, 34 bits, and one far beyond 64 bits.
  for (const char* const hex :
       {"00", "01", "03", "00ffff", "010000", "010002", "0200000001",
        "01000000000000000000000000000000000001"}) {
    ExpectRefused(RsaSpki(2048, FromHex(hex)), v1::REASON_KEY_EXPONENT);
  }
}

TEST(PublicKeyTest, MalformedRsaIsRefused) {
  const Bytes modulus = Number(2048, 0x01);
  const Bytes exponent = FromHex("010001");
  const Bytes good = RsaKey(modulus, exponent);
  for (const Bytes& key : {
           RsaKey(Number(2048, 0x02), exponent),  // even
           RsaKey(modulus.substr(1), exponent),   // negative
           RsaKey('\0' + modulus, exponent),      // not minimal
           RsaKey("", exponent),                  // empty INTEGER
           RsaKey(modulus, FromHex("0000010001")),
           RsaKey(modulus, FromHex("ff0001")),
           Sequence(Integer(modulus)),
           Sequence(absl::StrCat(Integer(modulus), Integer(exponent),
                                 Integer(exponent))),
           good + '\0',
           Bytes(),
       }) {
    ExpectRefused(RsaSpki(key), v1::REASON_KEY_MALFORMED);
  }
  ExpectRefused(Spki(kRsaOid, good), v1::REASON_KEY_MALFORMED);
  ExpectRefused(Spki(absl::StrCat(kRsaOid, Sequence("")), good),
                v1::REASON_KEY_MALFORMED);
  ExpectRefused(Spki(absl::StrCat(kRsaOid, kNull, kNull), good),
                v1::REASON_KEY_MALFORMED);
}

TEST(PublicKeyTest, OtherKindsAndCurvesAreRefused) {
  const Bytes rsa = RsaKey(Number(2048, 0x01), FromHex("010001"));
  const Bytes point = absl::StrCat("\x04", kP256X, kP256Y);
  ExpectRefused(Spki(absl::StrCat(kPssOid, kNull), rsa), v1::REASON_KEY_TYPE);
  ExpectRefused(Spki(kPssOid, rsa), v1::REASON_KEY_TYPE);
  ExpectRefused(Spki(kX25519Oid, Bytes(32, '\x11')), v1::REASON_KEY_TYPE);
  ExpectRefused(EcSpki(kP224Oid, absl::StrCat("\x04", Bytes(56, '\x01'))),
                v1::REASON_KEY_TYPE);
  // Explicit parameters, and implicit ones.
  ExpectRefused(EcSpki(Sequence(Integer("\x01")), point), v1::REASON_KEY_TYPE);
  ExpectRefused(EcSpki(kNull, point), v1::REASON_KEY_TYPE);
}

TEST(PublicKeyTest, PointsThatAreNoneAreRefused) {
  Bytes off_curve = kP256Y;
  off_curve.back() ^= 1;
  const Bytes zero(1, '\0');
  const Bytes prime = FromHex(
      "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  for (const Bytes& point : {
           absl::StrCat("\x04", kP256X, off_curve),
           absl::StrCat("\x03", kP256X),          // compressed
           absl::StrCat("\x02", kP256X),          // compressed
           absl::StrCat("\x07", kP256X, kP256Y),  // hybrid
           zero,                                  // infinity
           absl::StrCat("\x04", Bytes(64, '\0')),
           absl::StrCat("\x04", prime, kP256Y),  // not reduced
           absl::StrCat("\x04", kP256X, kP256Y, zero),
           absl::StrCat("\x04", kP256X, kP256Y.substr(1)),
           std::string("\x04"),
           std::string(),
       }) {
    ExpectRefused(EcSpki(kP256Oid, point), v1::REASON_KEY_POINT);
  }
  // A point of P-256 on other curves.
  for (const Bytes& curve : {kP384Oid, kP521Oid}) {
    ExpectRefused(EcSpki(curve, absl::StrCat("\x04", kP256X, kP256Y)),
                  v1::REASON_KEY_POINT);
  }
}

TEST(PublicKeyTest, MalformedEcAndEd25519AreRefused) {
  const Bytes point = absl::StrCat("\x04", kP256X, kP256Y);
  ExpectRefused(Spki(kEcOid, point), v1::REASON_KEY_MALFORMED);
  ExpectRefused(EcSpki(absl::StrCat(kP256Oid, kNull), point),
                v1::REASON_KEY_MALFORMED);
  ExpectRefused(EcSpki(FromHex("06082a"), point), v1::REASON_KEY_MALFORMED);
  ExpectRefused(Spki(absl::StrCat(kEd25519Oid, kNull), Bytes(32, '\x11')),
                v1::REASON_KEY_MALFORMED);
  for (const size_t size : {0, 31, 33}) {
    ExpectRefused(Spki(kEd25519Oid, Bytes(size, '\x11')),
                  v1::REASON_KEY_MALFORMED);
  }
}

// The eight points whose order divides 8 have fourteen encodings: with y, or
// with y + p where that has 255 bits, and the sign of an x that is zero is
// free.
TEST(PublicKeyTest, Ed25519PointsOfSmallOrderAreRefused) {
  const Bytes middle(30, '\xff');
  for (const Bytes& y : {
           FromHex("00") + Bytes(31, '\0'),
           FromHex("01") + Bytes(31, '\0'),
           FromHex("ec") + middle + FromHex("7f"),
           FromHex("ed") + middle + FromHex("7f"),
           FromHex("ee") + middle + FromHex("7f"),
           FromHex("26e8958fc2b227b045c3f489f2ef98f0"
                   "d5dfac05d3c63339b13802886d53fc05"),
           FromHex("c7176a703d4dd84fba3c0b760d10670f"
                   "2a2053fa2c39ccc64ec7fd7792ac037a"),
       }) {
    for (const char sign : {'\0', '\x80'}) {
      Bytes key = y;
      key.back() = static_cast<char>(key.back() | sign);
      // A signature made without a private key: R is the identity and S is
      // zero, and one message in eight or fewer fits.
      const Bytes signature = FromHex("01") + Bytes(63, '\0');
      bool forged = false;
      for (char message = 0; message < 100 && !forged; ++message) {
        forged = ED25519_verify(reinterpret_cast<const uint8_t*>(&message), 1,
                                View(signature).data(), View(key).data()) == 1;
      }
      EXPECT_TRUE(forged) << Hex(View(key));
      ExpectRefused(Spki(kEd25519Oid, key), v1::REASON_KEY_POINT);
    }
  }
}

TEST(PublicKeyTest, Ed25519PointsThatAreNotCanonicalAreRefused) {
  const Bytes middle(30, '\xff');
  for (int low = 0xe0; low <= 0xff; ++low) {
    const Bytes key = Bytes(1, static_cast<char>(low)) + middle + "\x7f";
    if (low < 0xec) {
      EXPECT_THAT(Read(Spki(kEd25519Oid, key)), IsOk()) << Hex(View(key));
    } else {
      ExpectRefused(Spki(kEd25519Oid, key), v1::REASON_KEY_POINT);
    }
  }
}

TEST(PublicKeyTest, MalformedEnvelopesAreRefused) {
  for (const Bytes& good : {RsaSpki(2048), P256Spki(), Ed25519Spki()}) {
    ASSERT_THAT(Read(good), IsOk());
    ExpectRefused(good + '\0', v1::REASON_KEY_MALFORMED);
    for (size_t size = 0; size < good.size(); ++size) {
      ExpectRefused(good.substr(0, size), v1::REASON_KEY_MALFORMED);
    }
  }
  const Bytes algorithm = Sequence(absl::StrCat(kEcOid, kP256Oid));
  const Bytes point = absl::StrCat("\x04", kP256X, kP256Y);
  for (const Bytes& spki : {
           // Something after the key, unused bits, no octet of unused bits, a
           // constructed and an absent BIT STRING.
           Sequence(absl::StrCat(algorithm, BitString(point), kNull)),
           Sequence(absl::StrCat(algorithm, Tlv(0x03, "\x01" + point))),
           Sequence(absl::StrCat(algorithm, Tlv(0x03, ""))),
           Sequence(absl::StrCat(algorithm, Tlv(0x23, BitString(point)))),
           Sequence(algorithm),
           Sequence(""),
           // A length in BER: longer than it needs to be, and indefinite.
           FromHex("308130") + P256Spki().substr(2),
           FromHex("3080") + P256Spki().substr(2) + FromHex("0000"),
       }) {
    ExpectRefused(spki, v1::REASON_KEY_MALFORMED);
  }
}

}  // namespace
}  // namespace pki
