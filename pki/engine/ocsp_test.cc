// RespondOcsp and PresignOcspResponses: openssl asks, and reads the answers.
#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/timestamp.h"
#include "pki/der/oid.h"
#include "pki/engine/arn.h"
#include "pki/engine/engine.h"
#include "pki/engine/ocsp_fixture.h"
#include "pki/keystore/keyring.h"
#include "pki/keystore/software_key_store.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_name_constraints.h"
#include "pki/testing/threads.h"
#include "pki/x509/certificate.h"
#include "pki/x509/general_name.h"
#include "pki/x509/ocsp_request.h"
#include "pki/x509/ocsp_response.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::string_view kLabels[] = {kCertificateLabel};
constexpr char kStranger[] = "777788889999";
constexpr absl::Duration kWeek = absl::Hours(24 * 7);

Certificate Parsed(absl::string_view pem) {
  return Certificate::Parse(View(DecodePem(pem, kLabels)->front()), "Test")
      .value();
}

v1::EngineConfiguration WithDelegate() {
  v1::EngineConfiguration configuration;
  configuration.set_ocsp_signer(v1::OCSP_SIGNER_DELEGATE);
  return configuration;
}

class OcspTest : public OcspFixture {
 protected:
  using OcspFixture::OcspFixture;

  absl::Status SetStatus(const OcspCa& ca,
                         v1::CertificateAuthorityStatus status) {
    v1::UpdateCertificateAuthorityRequest request;
    request.set_certificate_authority_arn(ca.arn);
    request.set_status(status);
    return harness_.Call<v1::UpdateCertificateAuthorityResponse>(request)
        .status();
  }

  static std::string Read(const OcspCa& ca,
                          const std::vector<std::string>& serials,
                          const Bytes& response) {
    return Openssl({"-no_nonce", "-CAfile", ca.file, "-resp_text", "-respin",
                    WriteTestFile("response.der", response)},
                   Asked(ca, serials));
  }

  // A response, in either message, is made now and valid for an hour.
  template <typename Message>
  void ExpectTimes(const Message& message) {
    const absl::Time now = absl::FromUnixSeconds(
        absl::ToUnixSeconds(harness_.clock().Now().value()));
    EXPECT_EQ(FromTimestamp(message.this_update()), now);
    EXPECT_EQ(FromTimestamp(message.next_update()), now + absl::Hours(1));
    const std::string text =
        Openssl({"-noverify", "-resp_text", "-respin",
                 WriteTestFile("response.der", message.response())},
                {});
    const auto shown = [](const char* field, absl::Time time) {
      return HasSubstr(
          absl::StrCat(field, ": ",
                       absl::FormatTime("%b %e %H:%M:%S %Y GMT", time,
                                        absl::UTCTimeZone())));
    };
    EXPECT_THAT(text, AllOf(shown("This Update", now),
                            shown("Next Update", now + absl::Hours(1))));
  }

  // What openssl says of the answer to its question.
  std::string Ask(const OcspCa& ca, const std::vector<std::string>& serials) {
    const auto response = Respond(Request(ca, serials));
    EXPECT_THAT(response, IsOk());
    return response.ok() ? Read(ca, serials, response->response()) : "";
  }

  absl::StatusOr<v1::PresignOcspResponsesResponse> Presign(
      const OcspCa& ca, const v1::PresignOcspResponsesRequest& page = {}) {
    v1::PresignOcspResponsesRequest request = page;
    request.set_certificate_authority_arn(ca.arn);
    return harness_.Call<v1::PresignOcspResponsesResponse>(request);
  }
};

const auto kVerified =
    AllOf(HasSubstr("Response verify OK"), Not(HasSubstr("WARNING")));
const Bytes& Unauthorized() {
  static const auto* const der =
      new Bytes(EncodeOcspRefusal(OcspRefusal::kUnauthorized));
  return *der;
}

TEST_F(OcspTest, SaysWhatIsGoodRevokedAndUnknown) {
  const OcspCa ca = MakeRoot("Root");
  const OcspLeaf good = Issue(ca);
  const OcspLeaf revoked = Issue(ca);
  const OcspLeaf without_reason = Issue(ca);
  ASSERT_THAT(Revoke(ca, revoked.colons, v1::REVOCATION_REASON_SUPERSEDED),
              IsOk());
  ASSERT_THAT(
      Revoke(ca, without_reason.colons, v1::REVOCATION_REASON_UNSPECIFIED),
      IsOk());
  const auto before = harness_.Stored();
  for (const char* hash : {"-sha1", "-sha256", "-sha384", "-sha512"}) {
    const std::vector<std::string> serials = {good.serial, revoked.serial,
                                              without_reason.serial, "0x05"};
    const auto response = Respond(Request(ca, serials, {hash, "-no_nonce"}));
    ASSERT_THAT(response, IsOk());
    // Whoever keeps it until then keeps it no longer than it says itself.
    ExpectTimes(*response);
    const std::string text =
        Openssl({hash, "-no_nonce", "-CAfile", ca.file, "-respin",
                 WriteTestFile("response.der", response->response())},
                Asked(ca, serials));
    EXPECT_THAT(
        text, AllOf(kVerified, HasSubstr(absl::StrCat(good.serial, ": good")),
                    HasSubstr(absl::StrCat(revoked.serial, ": revoked")),
                    HasSubstr("Reason: superseded"),
                    HasSubstr(absl::StrCat(without_reason.serial, ": revoked")),
                    HasSubstr("0x05: unknown")));
  }
  // A response is no record.
  EXPECT_EQ(harness_.Stored(), before);
}

TEST_F(OcspTest, DoesNotKnowWhatIsNamedByAHashThatIsNone) {
  const OcspCa ca = MakeRoot("Root");
  const OcspLeaf one = Issue(ca);
  const OcspLeaf two = Issue(ca);
  for (const char* hash : {"-sha224", "-md5"}) {
    const auto alone = Respond(Request(ca, {one.serial}, {hash, "-no_nonce"}));
    ASSERT_THAT(alone, IsOk());
    EXPECT_EQ(alone->response(), Unauthorized());

    const std::vector<std::string> both = {"-issuer", ca.file,   "-no_nonce",
                                           hash,      "-serial", one.serial,
                                           "-sha1",   "-serial", two.serial};
    const std::string path = NewTestPath("request.der");
    Openssl({"-reqout", path}, both);
    const auto response = Respond(ReadTestFile(path));
    ASSERT_THAT(response, IsOk());
    EXPECT_THAT(
        Openssl({"-CAfile", ca.file, "-respin",
                 WriteTestFile("response.der", response->response())},
                both),
        AllOf(kVerified, HasSubstr(absl::StrCat(one.serial, ": unknown")),
              HasSubstr(absl::StrCat(two.serial, ": good"))));
  }
}

TEST_F(OcspTest, AnswersForACaFromBeforeTheIndexOnceItIsImportedTo) {
  OcspCa ca = MakeRoot("Root");
  const Bytes request = Request(ca, {Issue(ca).serial});
  WriteBatch remove;
  for (const auto& [key, value] : harness_.Stored()) {
    if (absl::StartsWith(key, "issuer/")) remove.deletes.push_back(key);
  }
  EXPECT_THAT(remove.deletes, Not(IsEmpty()));
  ASSERT_THAT(harness_.store().Commit(std::move(remove)), IsOk());
  EXPECT_EQ(Respond(request)->response(), Unauthorized());
  Renew(&ca, absl::Hours(24 * 365));
  EXPECT_NE(Respond(request)->response(), Unauthorized());
}

TEST_F(OcspTest, EchoesTheNonceInWhatIsForOneAlone) {
  const OcspCa ca = MakeRoot("Root");
  const OcspLeaf issued = Issue(ca);
  const Bytes request = Request(ca, {issued.serial}, {"-nonce"});
  const auto response = Respond(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(response->has_this_update());
  EXPECT_FALSE(response->has_next_update());
  const auto verify = [&](const Bytes& asked) {
    return Openssl({"-CAfile", ca.file, "-VAfile", ca.file, "-reqin",
                    WriteTestFile("request.der", asked), "-respin",
                    WriteTestFile("response.der", response->response())},
                   {});
  };
  EXPECT_THAT(verify(request), kVerified);
  EXPECT_THAT(verify(Request(ca, {issued.serial}, {"-nonce"})),
              HasSubstr("Nonce Verify error"));
}

TEST_F(OcspTest, AnswersAnybody) {
  const OcspCa ca = MakeRoot("Root");
  v1::RespondOcspRequest request;
  request.set_request(Request(ca, {Issue(ca).serial}));
  EXPECT_THAT(
      harness_.CallAs<v1::RespondOcspResponse>({kStranger, "", ""}, request),
      IsOk());
}

TEST_F(OcspTest, RefusesWhatIsNoRequest) {
  const Bytes malformed = EncodeOcspRefusal(OcspRefusal::kMalformedRequest);
  const auto response = Respond("0");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->response(), malformed);
  EXPECT_FALSE(response->has_this_update());
  EXPECT_FALSE(response->has_next_update());
}

TEST_F(OcspTest, IsNotAuthorizedForWhatIsNotItsOwn) {
  const OcspCa ca = MakeRoot("Root");
  const Bytes request = Request(ca, {Issue(ca).serial});
  const auto expect = [&](bool authorized) {
    const auto response = Respond(request);
    ASSERT_THAT(response, IsOk());
    EXPECT_EQ(response->response() != Unauthorized(), authorized);
    EXPECT_EQ(response->has_next_update(), authorized);
  };
  expect(true);
  // Of the same key, another name.
  Bytes other = request;
  other[other.size() - 45] ^= 1;
  const auto of_other = Respond(other);
  ASSERT_THAT(of_other, IsOk());
  EXPECT_EQ(of_other->response(), Unauthorized());

  harness_.ChangeCa(ca.arn, [](v1::CertificateAuthorityRecord& record) {
    record.mutable_revocation()->mutable_ocsp_configuration()->set_enabled(
        false);
  });
  expect(false);
  EXPECT_THAT(Presign(ca), IsRefusal(v1::REASON_OCSP_DISABLED,
                                     "Request.CertificateAuthorityArn"));
  harness_.ChangeCa(ca.arn, [](v1::CertificateAuthorityRecord& record) {
    record.mutable_revocation()->mutable_ocsp_configuration()->set_enabled(
        true);
  });
  expect(true);
  ASSERT_THAT(SetStatus(ca, v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED), IsOk());
  expect(true);
  v1::DeleteCertificateAuthorityRequest remove;
  remove.set_certificate_authority_arn(ca.arn);
  ASSERT_THAT(harness_.Call<v1::DeleteCertificateAuthorityResponse>(remove),
              IsOk());
  expect(false);
  EXPECT_THAT(Presign(ca), IsRefusal(v1::REASON_STATE_OCSP));
  // It is no more, nor is its place in the index.
  harness_.clock().Advance(absl::Hours(24 * 31));
  expect(false);
  for (const auto& [key, value] : harness_.Stored()) {
    EXPECT_FALSE(absl::StartsWith(key, "issuer/")) << key;
  }
}

TEST_F(OcspTest, IsNotAuthorizedOnceTheCaHasExpired) {
  OcspCa ca = MakeRoot("Root");
  const Bytes request = Request(ca, {Issue(ca).serial});
  Renew(&ca, absl::Minutes(30));
  // Not beyond the CA's own end.
  const auto last = Respond(request);
  ASSERT_THAT(last, IsOk());
  EXPECT_LT(FromTimestamp(last->next_update()),
            harness_.clock().Now().value() + absl::Minutes(31));
  harness_.clock().Advance(absl::Hours(1));
  EXPECT_EQ(Respond(request)->response(), Unauthorized());
}

TEST_F(OcspTest, OneCaAnswersForAllOfARequest) {
  const OcspCa one = MakeRoot("One");
  const OcspCa two = MakeRoot("Two");
  const OcspLeaf of_one = Issue(one);
  const OcspLeaf of_two = Issue(two);
  const std::string path = NewTestPath("request.der");
  const std::vector<std::string> both = {"-issuer",     one.file,     "-serial",
                                         of_one.serial, "-issuer",    two.file,
                                         "-serial",     of_two.serial};
  Openssl({"-no_nonce", "-reqout", path}, both);
  const auto response = Respond(ReadTestFile(path));
  ASSERT_THAT(response, IsOk());
  EXPECT_THAT(
      Openssl({"-no_nonce", "-CAfile", one.file, "-VAfile", one.file, "-respin",
               WriteTestFile("response.der", response->response())},
              both),
      AllOf(kVerified, HasSubstr(absl::StrCat(of_one.serial, ": good")),
            HasSubstr(absl::StrCat(of_two.serial, ": unknown"))));
}

TEST_F(OcspTest, KnowsNoSerialThatItsCertificatesCannotHave) {
  const OcspCa ca = MakeRoot("Root");
  const std::string long_one = absl::StrCat("0x", std::string(34, '1'));
  EXPECT_THAT(Ask(ca, {"-5", long_one, "0"}),
              AllOf(kVerified, HasSubstr("-5: unknown"),
                    HasSubstr(absl::StrCat(long_one, ": unknown")),
                    HasSubstr("0: unknown")));
}

TEST_F(OcspTest, FailsWithItsPorts) {
  const OcspCa ca = MakeRoot("Root");
  const Bytes request = Request(ca, {Issue(ca).serial});
  ASSERT_THAT(Respond(request), IsOk());
  // The index, the CA, the revocation, the certificate.
  for (const int nth : {1, 2, 3, 4}) {
    harness_.store().FailAt(nth);
    EXPECT_THAT(Respond(request), IsRefusal(v1::REASON_STORE_FAILED)) << nth;
  }
  harness_.keys().FailAt(1);
  EXPECT_THAT(Respond(request), IsRefusal(v1::REASON_CRYPTO_FAILED));
  EXPECT_THAT(Respond(request), IsOk());
}

TEST_F(OcspTest, PresignsForStaticHosting) {
  const OcspCa ca = MakeRoot("Root");
  const OcspLeaf good = Issue(ca);
  const OcspLeaf revoked = Issue(ca);
  ASSERT_THAT(Revoke(ca, revoked.colons, v1::REVOCATION_REASON_KEY_COMPROMISE),
              IsOk());
  v1::PresignOcspResponsesRequest page;
  page.set_max_results(1);
  std::vector<std::string> seen;
  for (;;) {
    const auto answered = Presign(ca, page);
    ASSERT_THAT(answered, IsOk());
    for (const auto& each : answered->responses()) {
      seen.push_back(each.serial());
      const bool is_revoked = each.serial() == revoked.colons;
      const std::string serial = is_revoked                     ? revoked.serial
                                 : each.serial() == good.colons ? good.serial
                                                                : std::string();
      // The CA's own certificate is one of its own too.
      if (serial.empty()) continue;
      EXPECT_EQ(each.request(), Request(ca, {serial}));
      ExpectTimes(each);
      EXPECT_THAT(
          Read(ca, {serial}, each.response()),
          AllOf(kVerified, HasSubstr(is_revoked ? "keyCompromise" : ": good")));
    }
    if (!answered->has_next_token()) break;
    page.set_next_token(answered->next_token());
  }
  EXPECT_THAT(seen, SizeIs(3));
  EXPECT_THAT(seen, testing::Contains(good.colons));
  EXPECT_THAT(seen, testing::Contains(revoked.colons));

  page.set_certificate_authority_arn(ca.arn);
  EXPECT_THAT(harness_.CallAs<v1::PresignOcspResponsesResponse>(
                  {kStranger, "", ""}, page),
              IsRefusal(v1::REASON_ACCESS_DENIED));
  // Nobody asks for what has expired.
  harness_.clock().Advance(absl::Hours(24 * 31));
  EXPECT_THAT(Presign(ca)->responses(), SizeIs(1));
}

TEST_F(OcspTest, PresignsOnThreads) {
  const OcspCa ca = MakeRoot("Root");
  for (int i = 0; i < 40; ++i) Issue(ca);
  const OcspLeaf last = Issue(ca);
  ASSERT_THAT(Revoke(ca, last.colons, v1::REVOCATION_REASON_SUPERSEDED),
              IsOk());
  const auto alone = Presign(ca);
  ASSERT_THAT(alone, IsOk());
  EXPECT_THAT(alone->responses(), SizeIs(42));

  Ports ports = harness_.ports();
  ports.executor = std::make_shared<Threads>(4);
  const auto engine = Engine::New({}, ports).value();
  v1::PresignOcspResponsesRequest request;
  request.set_certificate_authority_arn(ca.arn);
  v1::PresignOcspResponsesResponse response;
  ASSERT_THAT(engine->Call("PresignOcspResponses", request, &response), IsOk());
  ASSERT_THAT(response.responses(), SizeIs(42));
  for (int i = 0; i < response.responses_size(); ++i) {
    const auto& each = response.responses(i);
    EXPECT_EQ(each.serial(), alone->responses(i).serial());
    EXPECT_EQ(each.request(), alone->responses(i).request());
    if (each.serial() != last.colons) continue;
    EXPECT_THAT(Read(ca, {last.serial}, each.response()),
                AllOf(kVerified, HasSubstr("Reason: superseded")));
  }
  harness_.keys().FailAt(7);
  EXPECT_THAT(engine->Call("PresignOcspResponses", request, &response),
              IsRefusal(v1::REASON_CRYPTO_FAILED));
  harness_.store().FailAt(7);
  EXPECT_THAT(engine->Call("PresignOcspResponses", request, &response),
              IsRefusal(v1::REASON_STORE_FAILED));
}

using KeyAndSigning = std::pair<v1::KeyAlgorithm, v1::SigningAlgorithm>;

TEST_F(OcspTest, SignsWithTheAlgorithmOfTheCa) {
  const std::pair<KeyAndSigning, const char*> cases[] = {
      {{v1::KEY_ALGORITHM_EC_PRIME256V1, v1::SIGNING_ALGORITHM_SHA256WITHECDSA},
       "ecdsa-with-SHA256"},
      {{v1::KEY_ALGORITHM_EC_SECP384R1, v1::SIGNING_ALGORITHM_SHA384WITHECDSA},
       "ecdsa-with-SHA384"},
      {{v1::KEY_ALGORITHM_EC_SECP521R1, v1::SIGNING_ALGORITHM_SHA512WITHECDSA},
       "ecdsa-with-SHA512"},
      {{v1::KEY_ALGORITHM_RSA_2048, v1::SIGNING_ALGORITHM_SHA256WITHRSA},
       "sha256WithRSAEncryption"},
      {{v1::KEY_ALGORITHM_RSA_2048, v1::SIGNING_ALGORITHM_SHA512WITHRSA},
       "sha512WithRSAEncryption"},
  };
  for (const auto& [kind, name] : cases) {
    const OcspCa ca = MakeRoot("Root", kind.first, kind.second);
    EXPECT_THAT(Ask(ca, {Issue(ca).serial}),
                AllOf(kVerified, HasSubstr(": good"), HasSubstr(name)));
  }
}

TEST(OcspConfigurationTest, RefusesValuesThatAreNone) {
  EngineHarness harness;
  v1::EngineConfiguration configuration;
  configuration.set_ocsp_signer(static_cast<v1::OcspSigner>(7));
  EXPECT_THAT(
      Engine::New(configuration, harness.ports()).status(),
      IsRefusal(v1::REASON_CONFIGURATION_ENUM, "Configuration.OcspSigner"));
  configuration.set_ocsp_signer(v1::OCSP_SIGNER_CA);
  configuration.set_ocsp_responder_id(static_cast<v1::OcspResponderId>(7));
  EXPECT_THAT(Engine::New(configuration, harness.ports()).status(),
              IsRefusal(v1::REASON_CONFIGURATION_ENUM,
                        "Configuration.OcspResponderId"));
}

v1::EngineConfiguration ByName() {
  v1::EngineConfiguration configuration;
  configuration.set_ocsp_responder_id(v1::OCSP_RESPONDER_ID_BY_NAME);
  configuration.set_ocsp_validity_seconds(60);
  return configuration;
}

class OcspByNameTest : public OcspTest {
 protected:
  OcspByNameTest() : OcspTest(ByName()) {}
};

TEST_F(OcspByNameTest, SaysWhoSignedAndForHowLong) {
  const OcspCa ca = MakeRoot("The root");
  const Bytes request = Request(ca, {Issue(ca).serial});
  EXPECT_LE(FromTimestamp(Respond(request)->next_update()),
            harness_.clock().Now().value() + absl::Seconds(60));
  EXPECT_THAT(Ask(ca, {"1"}), AllOf(kVerified, HasSubstr("CN = The root")));
}

// The CA's delegates.
class OcspDelegateTest : public OcspTest {
 protected:
  OcspDelegateTest() : OcspTest(WithDelegate()), ca_(MakeRoot("Root")) {}

  std::string RecordKey() const {
    return "ocsp/" + ca_.arn.substr(ca_.arn.rfind('/') + 1);
  }
  // Gives the CA a new certificate that permits nothing but what is below its
  // own name, or excludes all that.
  void Constrain(bool is_permitted) {
    v1::GetCertificateAuthorityCsrRequest get;
    get.set_certificate_authority_arn(ca_.arn);
    const auto csr = harness_.Call<v1::GetCertificateAuthorityCsrResponse>(get);
    ASSERT_THAT(csr, IsOk());
    const Certificate current = Parsed(ReadTestFile(ca_.file));
    const GeneralName own[] = {
        {GeneralNameForm::kDirectoryName, current.tbs().subject, {}}};
    v1::IssueCertificateRequest request =
        harness_.IssueRequest(ca_.arn, View(csr->csr()));
    request.set_template_arn(TemplateArnOf("RootCACertificate_APIPassthrough"));
    v1::CustomExtension& custom = *request.mutable_api_passthrough()
                                       ->mutable_extensions()
                                       ->add_custom_extensions();
    custom.set_object_identifier(oid::ToText(oid::kNameConstraints));
    custom.set_critical(true);
    custom.set_value(absl::Base64Escape(is_permitted
                                            ? TestNameConstraints(own, {})
                                            : TestNameConstraints({}, own)));
    const auto issued = harness_.Issue(request);
    ASSERT_THAT(issued, IsOk());
    ASSERT_THAT(harness_.Import(ca_.arn, *issued), IsOk());
    ca_.file = WriteTestFile("ca.pem", issued->certificate() + "\n");
  }
  // None when there is none.
  std::optional<Certificate> Delegate() {
    const auto entry = harness_.store().Get(RecordKey());
    if (!entry->has_value()) return std::nullopt;
    v1::OcspDelegateRecord record;
    EXPECT_TRUE(record.ParseFromString((*entry)->value));
    return Certificate::Parse(View(record.certificate()), "Test").value();
  }
  // Who signs what is answered now; empty for the CA itself.
  std::string Signer() {
    const auto response = Respond(Request(ca_, {"1"}));
    EXPECT_THAT(response, IsOk());
    const auto delegate = Delegate();
    if (!delegate.has_value() ||
        !absl::StrContains(response->response(), Text(delegate->der()))) {
      return "";
    }
    return SerialWithColons(delegate->tbs().serial);
  }
  size_t CountOf(absl::string_view prefix) {
    size_t count = 0;
    for (const auto& [key, value] : harness_.Stored()) {
      count += absl::StartsWith(key, prefix) ? 1 : 0;
    }
    return count;
  }

  OcspCa ca_;
};

TEST_F(OcspDelegateTest, IsMadeWhenItIsNeededAndVerifies) {
  const OcspLeaf issued = Issue(ca_);
  EXPECT_EQ(Delegate(), std::nullopt);
  const size_t certificates = CountOf("cert/");
  const size_t audit = CountOf("audit/");
  EXPECT_THAT(Ask(ca_, {issued.serial}),
              AllOf(kVerified, HasSubstr(": good"), HasSubstr("OCSP No Check"),
                    HasSubstr("OCSP Signing")));
  EXPECT_THAT(Ask(ca_, {issued.serial}), kVerified);
  // One, and it is a certificate like any other.
  EXPECT_EQ(CountOf("cert/"), certificates + 1);
  EXPECT_EQ(CountOf("audit/"), audit + 1);
  const auto delegate = Delegate();
  ASSERT_TRUE(delegate.has_value());
  EXPECT_NE(delegate->Find(oid::kOcspNoCheck), nullptr);
}

TEST_F(OcspDelegateTest, IsReplacedHalfwayToItsEnd) {
  const std::string first = Signer();
  EXPECT_FALSE(first.empty());
  harness_.clock().Advance(kWeek / 2 - absl::Minutes(1));
  EXPECT_EQ(Signer(), first);
  harness_.clock().Advance(absl::Minutes(1));
  const std::string second = Signer();
  EXPECT_FALSE(second.empty());
  EXPECT_NE(second, first);
}

TEST_F(OcspDelegateTest, IsReplacedWhenItIsRevoked) {
  const std::string first = Signer();
  ASSERT_THAT(Revoke(ca_, first, v1::REVOCATION_REASON_KEY_COMPROMISE), IsOk());
  const std::string second = Signer();
  EXPECT_FALSE(second.empty());
  EXPECT_NE(second, first);
}

TEST_F(OcspDelegateTest, IsReplacedWithTheCertificateOfTheCa) {
  const std::string first = Signer();
  // Any other change of the CA leaves it.
  ASSERT_THAT(SetStatus(ca_, v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED),
              IsOk());
  ASSERT_THAT(SetStatus(ca_, v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE), IsOk());
  EXPECT_EQ(Signer(), first);
  Renew(&ca_, absl::Hours(24 * 400));
  const std::string second = Signer();
  EXPECT_NE(second, first);
  EXPECT_THAT(Ask(ca_, {"1"}), kVerified);
}

TEST_F(OcspDelegateTest, LivesNoLongerThanTheCa) {
  Renew(&ca_, absl::Hours(2));
  const std::string first = Signer();
  EXPECT_FALSE(first.empty());
  harness_.clock().Advance(absl::Minutes(110));
  EXPECT_EQ(Signer(), first);
}

TEST_F(OcspDelegateTest, LeavesADisabledCaToItself) {
  ASSERT_THAT(SetStatus(ca_, v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED),
              IsOk());
  EXPECT_EQ(Signer(), "");
  EXPECT_THAT(Ask(ca_, {"1"}), kVerified);
  ASSERT_THAT(SetStatus(ca_, v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE), IsOk());
  EXPECT_NE(Signer(), "");
}

TEST_F(OcspDelegateTest, IsWithinTheBoundsThatTheCasNameIsWithin) {
  Constrain(true);
  EXPECT_NE(Signer(), "");
  EXPECT_THAT(Ask(ca_, {"1"}), kVerified);
}

TEST_F(OcspDelegateTest, WhereItIsOutOfBoundsTheCaSignsItself) {
  Constrain(false);
  EXPECT_EQ(Signer(), "");
  EXPECT_THAT(Ask(ca_, {"1"}), kVerified);
  // Another key is not made for whoever asks next: there is one signature, and
  // no use of keys but that.
  harness_.keys().FailAt(2);
  EXPECT_EQ(Signer(), "");
  harness_.keys().FailAt(0);
  harness_.clock().Advance(absl::Hours(1));
  harness_.keys().FailAt(2);
  EXPECT_THAT(Respond(Request(ca_, {"1"})),
              IsRefusal(v1::REASON_CRYPTO_FAILED));
  harness_.keys().FailAt(0);
  EXPECT_EQ(Signer(), "");
  Renew(&ca_, absl::Hours(24 * 365));
  EXPECT_NE(Signer(), "");
}

TEST_F(OcspDelegateTest, GoesWithItsCa) {
  EXPECT_NE(Signer(), "");
  ASSERT_THAT(SetStatus(ca_, v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED),
              IsOk());
  v1::DeleteCertificateAuthorityRequest remove;
  remove.set_certificate_authority_arn(ca_.arn);
  ASSERT_THAT(harness_.Call<v1::DeleteCertificateAuthorityResponse>(remove),
              IsOk());
  harness_.clock().Advance(absl::Hours(24 * 31));
  EXPECT_THAT(harness_.Describe(ca_.arn), IsRefusal(v1::REASON_CA_NOT_FOUND));
  EXPECT_EQ(CountOf("ocsp/"), 0U);
}

TEST_F(OcspDelegateTest, IsSealedAnewWithTheOtherKeys) {
  const std::string first = Signer();
  v1::RewrapKeysRequest rewrap;
  const std::string key(32, 'k');
  rewrap.set_new_key_encryption_key(key);
  const auto rewrapped = harness_.Call<v1::RewrapKeysResponse>(rewrap);
  ASSERT_THAT(rewrapped, IsOk());
  EXPECT_EQ(rewrapped->keys(), 2);
  // By an engine that knows the new key alone.
  Ports ports = harness_.ports();
  ports.key_store = std::make_shared<SoftwareKeyStore>(
      Keyring::Open(ports.store, KekSource::Key(Secret(View(key))).value())
          .value());
  const auto other = Engine::New(WithDelegate(), ports).value();
  v1::RespondOcspRequest request;
  request.set_request(Request(ca_, {"1"}));
  v1::RespondOcspResponse response;
  ASSERT_THAT(other->Call("RespondOcsp", request, &response), IsOk());
  EXPECT_EQ(Signer(), first);
}

TEST_F(OcspDelegateTest, OfTwoThatAreMadeAtOnceTheFirstIsKept) {
  Ports ports = harness_.ports();
  const auto store = std::make_shared<InterruptedStore>(ports.store);
  ports.store = store;
  const auto other = Engine::New(WithDelegate(), ports).value();
  std::string first;
  store->before_commit = [&] { first = Signer(); };
  v1::RespondOcspRequest request;
  request.set_request(Request(ca_, {"1"}));
  v1::RespondOcspResponse response;
  ASSERT_THAT(other->Call("RespondOcsp", request, &response), IsOk());
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(Signer(), first);
  EXPECT_TRUE(absl::StrContains(response.response(), Text(Delegate()->der())));
}

TEST_F(OcspDelegateTest, IsReadAgainWhenItsKeyFails) {
  const std::string first = Signer();
  harness_.keys().FailAt(1);
  EXPECT_EQ(Signer(), first);
  // In the midst of a page too.
  Issue(ca_);
  harness_.keys().FailAt(2);
  const auto page = Presign(ca_);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->responses(), SizeIs(3));
  for (const auto& each : page->responses()) {
    EXPECT_TRUE(absl::StrContains(each.response(), Text(Delegate()->der())));
  }
}

TEST_F(OcspDelegateTest, IsMadeWholeOrNotAtAll) {
  const auto before = harness_.Stored();
  const Bytes request = Request(ca_, {"1"});
  for (int nth = 1;; ++nth) {
    harness_.store().FailAt(nth);
    if (Respond(request).ok()) break;
    const auto now = harness_.Stored();
    EXPECT_TRUE(now == before || Delegate().has_value()) << nth;
    ASSERT_LT(nth, 100);
  }
  harness_.store().FailAt(0);
  EXPECT_FALSE(Signer().empty());
}

TEST_F(OcspDelegateTest, SurvivesTheLossOfAnAnswer) {
  harness_.store().LoseAnswers(1);
  EXPECT_THAT(Respond(Request(ca_, {"1"})), IsRefusal(v1::REASON_STORE_FAILED));
  const auto kept = Delegate();
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(Signer(), SerialWithColons(kept->tbs().serial));
}

}  // namespace
}  // namespace pki
