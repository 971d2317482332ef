// OCSP responses as OpenSSL, GnuTLS and Java see them, for a subordinate CA
// too: good certificates are accepted, and nothing else is.
#include <gmock/gmock.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/engine/ocsp_fixture.h"
#include "pki/store/store.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "proto/config.pb.h"

namespace pki {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Matcher = testing::Matcher<std::string>;

const auto kVerified =
    AllOf(HasSubstr("Response verify OK"), Not(HasSubstr("WARNING")));
const auto kSuccess = HasSubstr("Verifying OCSP Response: Success");

// Who signs, and how responses say it.
using Mode = std::tuple<v1::OcspSigner, v1::OcspResponderId>;

v1::EngineConfiguration ConfigurationOf(const Mode& mode) {
  v1::EngineConfiguration configuration;
  configuration.set_ocsp_signer(std::get<0>(mode));
  configuration.set_ocsp_responder_id(std::get<1>(mode));
  return configuration;
}

// A certificate of the subordinate CA, and files with responses.
struct Chain {
  std::string certificate;
  std::string response;
  std::string of_subordinate;
};

class OcspVerifiersTest : public OcspFixture,
                          public testing::WithParamInterface<Mode> {
 protected:
  // The CAs are two hours old.
  OcspVerifiersTest() : OcspFixture(ConfigurationOf(GetParam())) {
    harness_.clock().Advance(-absl::Hours(2));
    root_ = MakeRoot("Root");
    subordinate_ = MakeSubordinate(root_, "Subordinate");
  }

  // What the engine answers to openssl's question, as a file.
  std::string Answer(const OcspCa& issuer, const std::string& certificate,
                     const char* hash = "-sha1") {
    const std::string path = NewTestPath("request.der");
    Openssl({hash, "-no_nonce", "-reqout", path},
            {"-issuer", issuer.file, "-cert", certificate});
    const auto response = Respond(ReadTestFile(path));
    EXPECT_THAT(response, IsOk());
    return WriteTestFile("response.der", response->response());
  }

  // Lets the store forget it, as one that was restored from an old copy has.
  void Lose(const OcspLeaf& leaf) {
    const std::string place = leaf.serial.substr(leaf.serial.size() - 32);
    WriteBatch remove;
    for (const auto& [key, value] : harness_.Stored()) {
      if (absl::StartsWith(key, "cert/") && absl::EndsWith(key, place)) {
        remove.deletes.push_back(key);
      }
    }
    ASSERT_EQ(remove.deletes.size(), 1U);
    ASSERT_THAT(harness_.store().Commit(std::move(remove)), IsOk());
  }

  std::string OpensslReads(const OcspCa& issuer, const std::string& certificate,
                           const std::string& response,
                           const char* hash = "-sha1") const {
    return Openssl(
        {hash, "-no_nonce", "-CAfile", root_.file, "-respin", response},
        {"-issuer", issuer.file, "-cert", certificate});
  }

  // GnuTLS finds a signer in the response alone, if it is not told.
  static std::string GnutlsReads(const OcspCa& issuer,
                                 const std::string& response) {
    const char* const who = std::get<0>(GetParam()) == v1::OCSP_SIGNER_DELEGATE
                                ? "--load-trust"
                                : "--load-signer";
    return RunProgram({"ocsptool", "--verify-response", "--load-response",
                       response, who, issuer.file})
        .output;
  }

  // What Java says of chains to the root, each of a certificate and that of
  // `subordinate_`, with their responses: "good", or why not.
  std::vector<std::string> Java(const std::vector<Chain>& chains) const {
    std::vector<std::string> command = {"java",
                                        "pki/engine/CheckRevocation.java"};
    for (const Chain& chain : chains) {
      if (&chain != &chains.front()) command.push_back("---");
      command.insert(command.end(),
                     {root_.file, chain.certificate, subordinate_.file, "--",
                      "--", chain.response, chain.of_subordinate});
    }
    const std::string output = RunProgram(command).output;
    return absl::StrSplit(output, '\n', absl::SkipEmpty());
  }

  OcspCa root_;
  OcspCa subordinate_;
};

TEST_P(OcspVerifiersTest, AcceptWhatIsGoodAndNothingElse) {
  const OcspLeaf good = Issue(subordinate_);
  const OcspLeaf revoked = Issue(subordinate_);
  ASSERT_THAT(Revoke(subordinate_, revoked.colons,
                     v1::REVOCATION_REASON_AFFILIATION_CHANGED),
              IsOk());
  const OcspLeaf unknown = Issue(subordinate_);
  Lose(unknown);
  const OcspCa namesake = MakeSubordinate(root_, "Subordinate");
  const std::string expired = Answer(subordinate_, good.file);
  harness_.clock().Advance(absl::Hours(2));
  const std::string fresh = Answer(subordinate_, good.file);
  Bytes damaged = ReadTestFile(fresh);
  // In the midst of a signature: the response's own, or the delegate's.
  damaged[damaged.size() - 9] ^= 1;
  const std::string forged = WriteTestFile("response.der", damaged);
  const std::string of_namesake = Answer(namesake, Issue(namesake).file);
  const std::string of_subordinate = Answer(root_, subordinate_.file);
  EXPECT_THAT(OpensslReads(root_, subordinate_.file, of_subordinate),
              AllOf(kVerified, HasSubstr(": good")));
  ASSERT_THAT(Revoke(root_, harness_.Describe(subordinate_.arn)->serial(),
                     v1::REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE),
              IsOk());
  const std::string of_revoked = Answer(root_, subordinate_.file);
  EXPECT_THAT(OpensslReads(root_, subordinate_.file, of_revoked),
              AllOf(kVerified, HasSubstr(": revoked"),
                    HasSubstr("Reason: cACompromise")));

  const struct {
    const OcspLeaf& leaf;
    std::string response;
    Matcher openssl;
    Matcher gnutls;
    const char* java;
  } cases[] = {
      {good, fresh, AllOf(kVerified, HasSubstr(": good")),
       AllOf(HasSubstr("Certificate Status: good"), kSuccess), "good"},
      {revoked, Answer(subordinate_, revoked.file),
       AllOf(kVerified, HasSubstr(": revoked"),
             HasSubstr("Reason: affiliationChanged")),
       AllOf(HasSubstr("Certificate Status: revoked"), kSuccess), "REVOKED"},
      {unknown, Answer(subordinate_, unknown.file),
       AllOf(kVerified, HasSubstr(": unknown")),
       AllOf(HasSubstr("Certificate Status: unknown"), kSuccess),
       "UNDETERMINED_REVOCATION_STATUS"},
      // Of times GnuTLS says nothing here.
      {good, expired, HasSubstr("status expired"), kSuccess, "UNSPECIFIED"},
      {good, forged, HasSubstr("Response Verify Failure"), Not(kSuccess),
       "UNSPECIFIED"},
      {good, of_namesake, HasSubstr("Response Verify Failure"), Not(kSuccess),
       "UNSPECIFIED"},
      {good, Answer(subordinate_, revoked.file), HasSubstr("No Status found"),
       kSuccess, "UNSPECIFIED"},
  };
  std::vector<Chain> chains;
  std::vector<std::string> expected;
  for (const auto& each : cases) {
    EXPECT_THAT(OpensslReads(subordinate_, each.leaf.file, each.response),
                each.openssl);
    EXPECT_THAT(GnutlsReads(subordinate_, each.response), each.gnutls);
    chains.push_back({each.leaf.file, each.response, of_subordinate});
    expected.push_back(each.java);
  }
  chains.push_back({good.file, fresh, of_revoked});
  expected.push_back("REVOKED");
  EXPECT_EQ(Java(chains), expected);

  // By the other hash, which Java does not ask with.
  const std::string by_sha256 = Answer(subordinate_, good.file, "-sha256");
  EXPECT_THAT(OpensslReads(subordinate_, good.file, by_sha256, "-sha256"),
              AllOf(kVerified, HasSubstr(": good")));
  EXPECT_THAT(GnutlsReads(subordinate_, by_sha256),
              AllOf(HasSubstr("Certificate Status: good"), kSuccess));
  // By the key of another than its issuer.
  EXPECT_THAT(OpensslReads(root_, good.file, Answer(root_, good.file)),
              HasSubstr("Responder Error: unauthorized (6)"));
}

INSTANTIATE_TEST_SUITE_P(
    Modes, OcspVerifiersTest,
    testing::Combine(testing::Values(v1::OCSP_SIGNER_CA,
                                     v1::OCSP_SIGNER_DELEGATE),
                     testing::Values(v1::OCSP_RESPONDER_ID_BY_KEY,
                                     v1::OCSP_RESPONDER_ID_BY_NAME)));

}  // namespace
}  // namespace pki
