// Tests of making, storing and using private keys, each signature checked by
// the openssl command too.
#include "pki/crypto/private_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bytestring.h>
#include <openssl/err.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/crypto/digest.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::HasSubstr;

constexpr char kMessage[] = "what is to be signed";

constexpr v1::KeyAlgorithm kAlgorithms[] = {
    v1::KEY_ALGORITHM_RSA_2048,     v1::KEY_ALGORITHM_RSA_3072,
    v1::KEY_ALGORITHM_RSA_4096,     v1::KEY_ALGORITHM_EC_PRIME256V1,
    v1::KEY_ALGORITHM_EC_SECP384R1, v1::KEY_ALGORITHM_EC_SECP521R1,
};

// One key of an algorithm, made once for all tests: RSA keys take a while.
const PrivateKey& KeyOf(v1::KeyAlgorithm algorithm) {
  static auto* const keys = new std::map<v1::KeyAlgorithm, PrivateKey>();
  auto found = keys->find(algorithm);
  if (found == keys->end()) {
    auto key = PrivateKey::Generate(algorithm);
    EXPECT_THAT(key, IsOk());
    found = keys->emplace(algorithm, *std::move(key)).first;
  }
  return found->second;
}

const PrivateKey& SmallKeyOf(KeyFamily family) {
  return KeyOf(family == KeyFamily::kRsa ? v1::KEY_ALGORITHM_RSA_2048
                                         : v1::KEY_ALGORITHM_EC_PRIME256V1);
}

std::string DigestOption(Digest digest) {
  switch (digest) {
    case Digest::kSha384:
      return "-sha384";
    case Digest::kSha512:
      return "-sha512";
    case Digest::kSha256:
    case Digest::kNone:
      break;
  }
  return "-sha256";
}

// What `openssl dgst` needs for an algorithm, before "-verify" or "-sign".
std::vector<std::string> DgstCommand(const SignatureAlgorithmInfo& info) {
  std::vector<std::string> command = {"openssl", "dgst",
                                      DigestOption(info.digest)};
  if (info.pss) {
    command.insert(command.end(), {"-sigopt", "rsa_padding_mode:pss", "-sigopt",
                                   "rsa_pss_saltlen:digest"});
  }
  return command;
}

void ExpectOpensslVerifies(const Bytes& spki,
                           const SignatureAlgorithmInfo& info,
                           const Bytes& signature) {
  std::vector<std::string> command = DgstCommand(info);
  command.insert(command.end(),
                 {"-keyform", "DER", "-verify", WriteTestFile("spki", spki),
                  "-signature", WriteTestFile("signature", signature),
                  WriteTestFile("message", kMessage)});
  const ProgramResult result = RunProgram(command);
  EXPECT_EQ(result.exit_status, 0) << result.output;
}

TEST(PrivateKeyTest, EveryKeySignsWithEveryAlgorithmOfItsFamily) {
  for (const v1::KeyAlgorithm algorithm : kAlgorithms) {
    const PrivateKey& key = KeyOf(algorithm);
    for (const SignatureAlgorithmInfo& info : SignatureAlgorithms()) {
      if (info.family != key.public_key().family()) continue;
      SCOPED_TRACE(absl::StrCat(algorithm, " ", info.name));
      const auto signature = key.Sign(info.id, View(kMessage));
      ASSERT_THAT(signature, IsOk());
      EXPECT_EQ(ERR_peek_error(), 0u);
      EXPECT_TRUE(
          key.public_key().Verify(info.id, View(kMessage), View(*signature)));
      ExpectOpensslVerifies(key.spki(), info, *signature);

      const Bytes digest = DigestOf(info.digest, View(kMessage));
      const auto of_digest = key.SignDigest(info.id, View(digest));
      ASSERT_THAT(of_digest, IsOk());
      EXPECT_TRUE(key.public_key().VerifyDigest(info.id, View(digest),
                                                View(*signature)));
      EXPECT_TRUE(
          key.public_key().Verify(info.id, View(kMessage), View(*of_digest)));
      EXPECT_FALSE(key.public_key().VerifyDigest(
          info.id, View(digest).subspan(1), View(*signature)));
      EXPECT_FALSE(key.public_key().VerifyDigest(
          info.id, View(DigestOf(info.digest, View("other"))),
          View(*signature)));
    }
  }
}

TEST(PrivateKeyTest, VerifiesWhatOpensslSigned) {
  for (const SignatureAlgorithmInfo& info : SignatureAlgorithms()) {
    if (info.family == KeyFamily::kEd25519) continue;
    SCOPED_TRACE(info.name);
    const PrivateKey& key = SmallKeyOf(info.family);
    const auto pkcs8 = key.ToPkcs8();
    ASSERT_THAT(pkcs8, IsOk());
    const std::string path = NewTestPath("signature");
    std::vector<std::string> command = DgstCommand(info);
    command.insert(command.end(),
                   {"-keyform", "DER", "-sign",
                    WriteTestFile("key", Text(pkcs8->Reveal())), "-out", path,
                    WriteTestFile("message", kMessage)});
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.output;
    EXPECT_TRUE(key.public_key().Verify(info.id, View(kMessage),
                                        View(ReadTestFile(path))));
  }
}

TEST(PrivateKeyTest, VerifiesEd25519OfOpenssl) {
  const std::string key_path = NewTestPath("key.pem");
  const std::string spki_path = NewTestPath("spki");
  const std::string path = NewTestPath("signature");
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{
           {"openssl", "genpkey", "-algorithm", "ED25519", "-out", key_path},
           {"openssl", "pkey", "-in", key_path, "-pubout", "-outform", "DER",
            "-out", spki_path},
           {"openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key_path, "-in",
            WriteTestFile("message", kMessage), "-out", path}}) {
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.output;
  }
  const auto key = PublicKey::FromSpki(View(ReadTestFile(spki_path)), "");
  ASSERT_THAT(key, IsOk());
  Bytes signature = ReadTestFile(path);
  const auto verify = [&](absl::string_view bytes) {
    return key->Verify(SignatureAlgorithm::kEd25519, View(kMessage),
                       View(bytes));
  };
  EXPECT_TRUE(verify(signature));
  EXPECT_FALSE(verify(signature + '\0'));
  EXPECT_FALSE(verify(signature.substr(0, 63)));
  EXPECT_FALSE(verify(""));
  // There is no digest that it would be of.
  for (const size_t size : {0, 32, 64}) {
    EXPECT_FALSE(key->VerifyDigest(SignatureAlgorithm::kEd25519,
                                   View(Bytes(size, 'x')), View(signature)));
  }
  signature[0] ^= 1;
  EXPECT_FALSE(verify(signature));
}

TEST(PrivateKeyTest, WrongSignaturesDoNotVerify) {
  for (const SignatureAlgorithmInfo& info : SignatureAlgorithms()) {
    if (info.family == KeyFamily::kEd25519) continue;
    SCOPED_TRACE(info.name);
    const PrivateKey& key = SmallKeyOf(info.family);
    const auto signature = key.Sign(info.id, View(kMessage));
    ASSERT_THAT(signature, IsOk());
    const auto verify = [&](SignatureAlgorithm algorithm,
                            absl::string_view message,
                            absl::string_view bytes) {
      const bool verified =
          key.public_key().Verify(algorithm, View(message), View(bytes));
      EXPECT_EQ(ERR_peek_error(), 0u);
      return verified;
    };
    EXPECT_FALSE(verify(info.id, "another message", *signature));
    EXPECT_FALSE(verify(info.id, kMessage, *signature + '\0'));
    EXPECT_FALSE(verify(info.id, kMessage, signature->substr(1)));
    EXPECT_FALSE(verify(info.id, kMessage, ""));
    Bytes flipped = *signature;
    flipped.back() ^= 1;
    EXPECT_FALSE(verify(info.id, kMessage, flipped));
    for (const SignatureAlgorithmInfo& other : SignatureAlgorithms()) {
      if (other.id == info.id) continue;
      EXPECT_FALSE(verify(other.id, kMessage, *signature)) << other.name;
    }
  }
}

TEST(PrivateKeyTest, AnotherKeyDoesNotVerify) {
  const auto other = PrivateKey::Generate(v1::KEY_ALGORITHM_EC_PRIME256V1);
  ASSERT_THAT(other, IsOk());
  const auto signature =
      other->Sign(SignatureAlgorithm::kEcdsaSha256, View(kMessage));
  ASSERT_THAT(signature, IsOk());
  EXPECT_FALSE(SmallKeyOf(KeyFamily::kEc)
                   .public_key()
                   .Verify(SignatureAlgorithm::kEcdsaSha256, View(kMessage),
                           View(*signature)));
}

TEST(PrivateKeyTest, EcdsaSignaturesAreStrictDer) {
  const PrivateKey& key = SmallKeyOf(KeyFamily::kEc);
  for (int i = 0; i < 64; ++i) {
    const auto signature =
        key.Sign(SignatureAlgorithm::kEcdsaSha256, View(kMessage));
    ASSERT_THAT(signature, IsOk());
    CBS input, pair, number;
    CBS_init(&input, View(*signature).data(), signature->size());
    ASSERT_TRUE(CBS_get_asn1(&input, &pair, CBS_ASN1_SEQUENCE));
    EXPECT_EQ(CBS_len(&input), 0u);
    for (int part = 0; part < 2; ++part) {
      ASSERT_TRUE(CBS_get_asn1(&pair, &number, CBS_ASN1_INTEGER));
      EXPECT_TRUE(CBS_is_unsigned_asn1_integer(&number));
    }
    EXPECT_EQ(CBS_len(&pair), 0u);
  }
}

TEST(PrivateKeyTest, EcdsaSignaturesInBerDoNotVerify) {
  const PrivateKey& key = SmallKeyOf(KeyFamily::kEc);
  const auto signature =
      key.Sign(SignatureAlgorithm::kEcdsaSha256, View(kMessage));
  ASSERT_THAT(signature, IsOk());
  Bytes ber = *signature;
  ber.insert(1, 1, '\x81');
  EXPECT_FALSE(key.public_key().Verify(SignatureAlgorithm::kEcdsaSha256,
                                       View(kMessage), View(ber)));
}

TEST(PrivateKeyTest, SignsNothingAndMuch) {
  const PrivateKey& key = SmallKeyOf(KeyFamily::kEc);
  for (const Bytes& message : {Bytes(), Bytes(1 << 20, 'm')}) {
    const auto signature =
        key.Sign(SignatureAlgorithm::kEcdsaSha384, View(message));
    ASSERT_THAT(signature, IsOk());
    EXPECT_TRUE(key.public_key().Verify(SignatureAlgorithm::kEcdsaSha384,
                                        View(message), View(*signature)));
  }
}

TEST(PrivateKeyTest, AlgorithmsOfOtherFamiliesAreRefused) {
  for (const SignatureAlgorithmInfo& info : SignatureAlgorithms()) {
    for (const KeyFamily family : {KeyFamily::kRsa, KeyFamily::kEc}) {
      if (info.family == family) continue;
      EXPECT_THAT(SmallKeyOf(family).Sign(info.id, View(kMessage)),
                  IsRefusal(v1::REASON_KEY_ALGORITHM_MISMATCH));
    }
  }
}

TEST(PrivateKeyTest, WhatTheLibraryLacksIsRefusedByName) {
  for (const auto& [algorithm, name] : std::map<v1::KeyAlgorithm, std::string>{
           {v1::KEY_ALGORITHM_ML_DSA_44, "ML_DSA_44"},
           {v1::KEY_ALGORITHM_ML_DSA_65, "ML_DSA_65"},
           {v1::KEY_ALGORITHM_ML_DSA_87, "ML_DSA_87"},
           {v1::KEY_ALGORITHM_SM2, "SM2"},
           {v1::KEY_ALGORITHM_UNSPECIFIED, "UNSPECIFIED"},
           {static_cast<v1::KeyAlgorithm>(99), "99"}}) {
    const auto key = PrivateKey::Generate(algorithm);
    EXPECT_THAT(key, IsRefusal(v1::REASON_KEY_ALGORITHM_UNSUPPORTED));
    // The name is what the rule promises, not the wording.
    EXPECT_THAT(DetailOf(key.status()).message(), HasSubstr(name));
  }
}

TEST(PrivateKeyTest, Pkcs8GoesThereAndBack) {
  for (const v1::KeyAlgorithm algorithm : kAlgorithms) {
    const PrivateKey& key = KeyOf(algorithm);
    const auto pkcs8 = key.ToPkcs8();
    ASSERT_THAT(pkcs8, IsOk());
    const auto again = PrivateKey::FromPkcs8(*pkcs8);
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(again->spki(), key.spki());
    EXPECT_EQ(Text(again->ToPkcs8()->Reveal()), Text(pkcs8->Reveal()));
  }
}

// The PKCS#8 of a key that openssl makes with these options of genpkey.
Secret FromOpenssl(std::vector<std::string> options) {
  const std::string pem = NewTestPath("key.pem");
  const std::string der = NewTestPath("key.der");
  std::vector<std::string> command = {"openssl", "genpkey", "-out", pem,
                                      "-algorithm"};
  command.insert(command.end(), options.begin(), options.end());
  EXPECT_EQ(RunProgram(command).exit_status, 0);
  EXPECT_EQ(RunProgram({"openssl", "pkcs8", "-topk8", "-nocrypt", "-in", pem,
                        "-outform", "DER", "-out", der})
                .exit_status,
            0);
  return Secret(View(ReadTestFile(der)));
}

TEST(PrivateKeyTest, ReadsPkcs8OfOpenssl) {
  const auto key = PrivateKey::FromPkcs8(
      FromOpenssl({"EC", "-pkeyopt", "ec_paramgen_curve:P-384"}));
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(key->public_key().bits(), 384);
}

TEST(PrivateKeyTest, WhatIsNoSupportedKeyIsUnreadable) {
  const auto pkcs8 = SmallKeyOf(KeyFamily::kEc).ToPkcs8();
  ASSERT_THAT(pkcs8, IsOk());
  const Bytes good = Copy(pkcs8->Reveal());
  const auto refused = [](const Secret& bytes) {
    EXPECT_THAT(PrivateKey::FromPkcs8(bytes),
                IsRefusal(v1::REASON_KEY_UNREADABLE));
    EXPECT_EQ(ERR_peek_error(), 0u);
  };
  refused(Secret());
  refused(Secret(View("no key")));
  refused(Secret(View(good + '\0')));
  refused(Secret(View(good).first(good.size() - 1)));
  refused(FromOpenssl({"ED25519"}));
  refused(FromOpenssl({"RSA", "-pkeyopt", "rsa_keygen_bits:1024"}));
  refused(FromOpenssl({"EC", "-pkeyopt", "ec_paramgen_curve:P-224"}));
}

TEST(PrivateKeyTest, SignsOnManyThreadsAtOnce) {
  for (const SignatureAlgorithm algorithm :
       {SignatureAlgorithm::kRsaSha256, SignatureAlgorithm::kEcdsaSha256}) {
    const PrivateKey& key = SmallKeyOf(InfoOf(algorithm).family);
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 10; ++n) {
          const auto signature = key.Sign(algorithm, View(kMessage));
          ASSERT_THAT(signature, IsOk());
          EXPECT_TRUE(key.public_key().Verify(algorithm, View(kMessage),
                                              View(*signature)));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace pki
