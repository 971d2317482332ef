// Tests of the table of signature algorithms against what openssl writes.
#include "pki/crypto/signature_algorithm.h"

#include <gtest/gtest.h>
#include <openssl/bytestring.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/testing/program.h"

namespace pki {
namespace {

std::string DigestName(Digest digest) {
  switch (digest) {
    case Digest::kSha256:
      return "-sha256";
    case Digest::kSha384:
      return "-sha384";
    case Digest::kSha512:
      return "-sha512";
    case Digest::kNone:
      break;
  }
  return "";
}

// The signatureAlgorithm of a certificate.
Bytes OuterAlgorithm(const Bytes& der) {
  CBS input, certificate, algorithm;
  CBS_init(&input, View(der).data(), der.size());
  if (!CBS_get_asn1(&input, &certificate, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&certificate, nullptr, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1_element(&certificate, &algorithm, CBS_ASN1_SEQUENCE)) {
    ADD_FAILURE() << "no certificate";
    return {};
  }
  return Copy(ByteView(CBS_data(&algorithm), CBS_len(&algorithm)));
}

// A certificate that openssl signed with an algorithm, in DER.
Bytes SignedByOpenssl(const SignatureAlgorithmInfo& info) {
  const std::string path = NewTestPath("certificate.der");
  std::vector<std::string> command = {"openssl",
                                      "req",
                                      "-x509",
                                      "-new",
                                      "-nodes",
                                      "-subj",
                                      "/CN=x",
                                      "-out",
                                      path,
                                      "-outform",
                                      "DER",
                                      "-keyout",
                                      NewTestPath("key.pem")};
  const auto add = [&](std::vector<std::string> more) {
    command.insert(command.end(), more.begin(), more.end());
  };
  switch (info.family) {
    case KeyFamily::kRsa:
      add({"-newkey", "rsa:2048"});
      break;
    case KeyFamily::kEc:
      add({"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"});
      break;
    case KeyFamily::kEd25519:
      add({"-newkey", "ed25519"});
      break;
  }
  if (info.digest != Digest::kNone) add({DigestName(info.digest)});
  if (info.pss) {
    add({"-sigopt", "rsa_padding_mode:pss", "-sigopt",
         "rsa_pss_saltlen:digest"});
  }
  const ProgramResult result = RunProgram(command);
  EXPECT_EQ(result.exit_status, 0) << result.output;
  return ReadTestFile(path);
}

TEST(SignatureAlgorithmTest, IdentifiersAreThoseOfOpenssl) {
  for (const SignatureAlgorithmInfo& info : SignatureAlgorithms()) {
    EXPECT_EQ(Hex(View(OuterAlgorithm(SignedByOpenssl(info)))),
              Hex(info.identifier))
        << info.name;
  }
}

TEST(SignatureAlgorithmTest, RowsAreInTheEnumsOrderAndDistinct) {
  std::set<std::string> names;
  int index = 0;
  for (const SignatureAlgorithmInfo& info : SignatureAlgorithms()) {
    EXPECT_EQ(static_cast<int>(info.id), index++);
    EXPECT_EQ(&InfoOf(info.id), &info);
    EXPECT_TRUE(names.insert(std::string(info.name)).second);
    EXPECT_EQ(SignatureAlgorithmFromDer(info.identifier), info.id);
  }
  EXPECT_EQ(index, 10);
}

TEST(SignatureAlgorithmTest, RsaWithAbsentParametersIsRead) {
  const uint8_t absent[] = {0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48,
                            0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c};
  EXPECT_EQ(SignatureAlgorithmFromDer(absent), SignatureAlgorithm::kRsaSha384);
}

TEST(SignatureAlgorithmTest, AnythingElseIsNone) {
  for (const SignatureAlgorithmInfo& info : SignatureAlgorithms()) {
    const ByteView der = info.identifier;
    Bytes longer = Copy(der) + '\0';
    EXPECT_FALSE(SignatureAlgorithmFromDer(View(longer)).has_value());
    EXPECT_FALSE(SignatureAlgorithmFromDer(der.first(der.size() - 1)));
  }
  EXPECT_FALSE(SignatureAlgorithmFromDer({}).has_value());
  // ECDSA with NULL parameters (RFC 5758, section 3.2, has them absent).
  const uint8_t ecdsa_null[] = {0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                0xce, 0x3d, 0x04, 0x03, 0x02, 0x05, 0x00};
  EXPECT_FALSE(SignatureAlgorithmFromDer(ecdsa_null).has_value());
  // RSA with MD5, RSA with SHA-1, ECDSA with SHA-1.
  const uint8_t md5[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                         0xf7, 0x0d, 0x01, 0x01, 0x04, 0x05, 0x00};
  EXPECT_FALSE(SignatureAlgorithmFromDer(md5).has_value());
  const uint8_t sha1[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                          0xf7, 0x0d, 0x01, 0x01, 0x05, 0x05, 0x00};
  EXPECT_FALSE(SignatureAlgorithmFromDer(sha1).has_value());
  const uint8_t ecdsa_sha1[] = {0x30, 0x09, 0x06, 0x07, 0x2a, 0x86,
                                0x48, 0xce, 0x3d, 0x04, 0x01};
  EXPECT_FALSE(SignatureAlgorithmFromDer(ecdsa_sha1).has_value());
}

}  // namespace
}  // namespace pki
