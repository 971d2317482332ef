// OCSP responses: openssl reads what they say.
#include "pki/x509/ocsp_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "pki/crypto/spki.h"
#include "pki/testing/ocsp_authority.h"
#include "pki/testing/program.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/ocsp_cert_id.h"

namespace pki {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Show(const Bytes& response) {
  const ProgramResult result =
      RunProgram({"openssl", "ocsp", "-noverify", "-resp_text", "-respin",
                  WriteTestFile("response.der", response)});
  return result.output;
}

TEST(OcspResponseTest, SaysWhyThereIsNoAnswer) {
  EXPECT_THAT(Show(EncodeOcspRefusal(OcspRefusal::kMalformedRequest)),
              HasSubstr("malformedrequest (1)"));
  EXPECT_THAT(Show(EncodeOcspRefusal(OcspRefusal::kInternalError)),
              HasSubstr("internalerror (2)"));
  EXPECT_THAT(Show(EncodeOcspRefusal(OcspRefusal::kTryLater)),
              HasSubstr("trylater (3)"));
  EXPECT_THAT(Show(EncodeOcspRefusal(OcspRefusal::kSigRequired)),
              HasSubstr("sigrequired (5)"));
  EXPECT_THAT(Show(EncodeOcspRefusal(OcspRefusal::kUnauthorized)),
              HasSubstr("unauthorized (6)"));
}

// A response of a CA about three certificates, 1 to 3.
class OcspResponseOfCaTest : public testing::Test {
 protected:
  Bytes Respond(ByteView responder_id, ByteView nonce = {}) {
    const absl::Time now = absl::Now();
    std::vector<Bytes> ids;
    for (const char* serial : {"\x01", "\x02", "\x03"}) {
      ids.push_back(EncodeCertId(
          CertIdHash::kSha1, View(HashBy(CertIdHash::kSha1, View(ca_.name))),
          View(key_hash_), View(serial)));
    }
    const OcspSingleResponse responses[] = {
        {View(ids[0]), {OcspCertStatus::kGood, {}, {}}},
        {View(ids[1]), {OcspCertStatus::kRevoked, now - absl::Hours(1), 4}},
        {View(ids[2]), {OcspCertStatus::kUnknown, {}, {}}},
    };
    const Bytes data = EncodeOcspResponseData(
        {responder_id, responses, now, now + absl::Hours(1), nonce});
    const SignatureAlgorithm algorithm = Sha256AlgorithmOf(ca_.key);
    return EncodeOcspResponse(View(data), InfoOf(algorithm).identifier,
                              View(ca_.key.Sign(algorithm, View(data)).value()),
                              View(ca_.certificate));
  }

  std::string Verify(const Bytes& response) {
    return RunProgram({"openssl", "ocsp", "-CAfile", ca_.certificate_file,
                       "-issuer", ca_.certificate_file, "-serial", "1",
                       "-serial", "2", "-serial", "3", "-no_nonce", "-respin",
                       WriteTestFile("response.der", response)})
        .output;
  }

  const OcspAuthority ca_;
  const Bytes key_hash_ =
      HashBy(CertIdHash::kSha1, ParseSpki(View(ca_.key.spki()), "")->key);
};

TEST_F(OcspResponseOfCaTest, VerifiesByNameAndByKey) {
  for (const Bytes& id : {EncodeOcspResponderByName(View(ca_.name)),
                          EncodeOcspResponderByKey(View(key_hash_))}) {
    EXPECT_THAT(Verify(Respond(View(id))),
                AllOf(HasSubstr("Response verify OK"), HasSubstr("1: good"),
                      HasSubstr("2: revoked"), HasSubstr("Reason: superseded"),
                      HasSubstr("3: unknown"), Not(HasSubstr("WARNING"))));
  }
}

TEST_F(OcspResponseOfCaTest, EchoesTheNonce) {
  const Bytes response =
      Respond(View(EncodeOcspResponderByKey(View(key_hash_))), View("nonce"));
  EXPECT_THAT(Show(response), HasSubstr("04056E6F6E6365"));
}

TEST_F(OcspResponseOfCaTest, IsOnlyOfTheResponderThatItNames) {
  const Bytes other_hash = HashBy(CertIdHash::kSha1, View("another key"));
  const Bytes other_name = TestName("another CA");
  for (const Bytes& id : {EncodeOcspResponderByName(View(other_name)),
                          EncodeOcspResponderByKey(View(other_hash))}) {
    EXPECT_THAT(Verify(Respond(View(id))),
                AllOf(HasSubstr("Response Verify Failure"),
                      HasSubstr("signer certificate not found")));
  }
}

}  // namespace
}  // namespace pki
