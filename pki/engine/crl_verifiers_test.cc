// CRLs as OpenSSL, GnuTLS and Java see them: they verify, good certificates are
// accepted, and revoked ones are not.
#include <gmock/gmock.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/program.h"
#include "pki/testing/read_crl_with_boringssl.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kLabels[] = {kCertificateLabel};
constexpr absl::Duration kYear = absl::Hours(24 * 365);

struct Authority {
  std::string arn;
  std::string file;  // its certificate, in PEM
};

struct Issued {
  std::string serial;
  std::string file;  // in PEM
  Bytes der;
};

struct Kind {
  v1::KeyAlgorithm key;
  v1::SigningAlgorithm signing;
};
constexpr Kind kP256 = {v1::KEY_ALGORITHM_EC_PRIME256V1,
                        v1::SIGNING_ALGORITHM_SHA256WITHECDSA};
constexpr Kind kP384 = {v1::KEY_ALGORITHM_EC_SECP384R1,
                        v1::SIGNING_ALGORITHM_SHA384WITHECDSA};
constexpr Kind kRsa2048 = {v1::KEY_ALGORITHM_RSA_2048,
                           v1::SIGNING_ALGORITHM_SHA256WITHRSA};

class CrlVerifiersTest : public testing::Test {
 protected:
  // Some of the programs compare with the time of day.
  CrlVerifiersTest() { harness_.clock().Set(absl::Now()); }

  // Under `parent`, or a root.
  Authority Make(const char* name, const Authority* parent = nullptr,
                 v1::CrlType type = v1::CRL_TYPE_COMPLETE, Kind kind = kP256) {
    auto request = EngineHarness::CreateRequest(
        parent == nullptr ? v1::CERTIFICATE_AUTHORITY_TYPE_ROOT
                          : v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE,
        name, kind.key);
    request.mutable_certificate_authority_configuration()
        ->set_signing_algorithm(kind.signing);
    auto& crl = *request.mutable_revocation_configuration()
                     ->mutable_crl_configuration();
    crl.set_enabled(true);
    crl.set_expiration_in_days(7);
    crl.set_s3_bucket_name("bucket");
    crl.set_crl_type(type);
    Authority ca;
    ca.arn = harness_.Create(request).value();
    const auto issued = harness_.IssueForCa(
        ca.arn, parent == nullptr ? ca.arn : parent->arn,
        parent == nullptr ? "RootCACertificate"
                          : "SubordinateCACertificate_PathLen0",
        harness_.clock().Now().value() + kYear * (parent == nullptr ? 10 : 5));
    EXPECT_THAT(issued, IsOk());
    EXPECT_THAT(harness_.Import(ca.arn, *issued), IsOk());
    ca.file = WriteTestFile("ca.pem", issued->certificate() + "\n");
    return ca;
  }

  Issued Issue(const Authority& ca) {
    const auto issued = harness_.Issue(harness_.IssueRequest(
        ca.arn,
        View(TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "leaf"))));
    EXPECT_THAT(issued, IsOk());
    const Bytes der = DecodePem(issued->certificate(), kLabels)->front();
    const auto certificate = Certificate::Parse(View(der), "");
    return {SerialWithColons(certificate->tbs().serial),
            WriteTestFile("leaf.pem", issued->certificate() + "\n"), der};
  }

  void Revoke(const Authority& ca, const std::string& serial) {
    v1::RevokeCertificateRequest request;
    request.set_certificate_authority_arn(ca.arn);
    request.set_certificate_serial(serial);
    request.set_revocation_reason(v1::REVOCATION_REASON_KEY_COMPROMISE);
    ASSERT_THAT(harness_.Call<v1::RevokeCertificateResponse>(request), IsOk());
  }

  // Paths of new CRLs in DER: one, or one of each partition.
  std::vector<std::string> Crls(const Authority& ca) {
    v1::GenerateCertificateRevocationListRequest generate;
    generate.set_certificate_authority_arn(ca.arn);
    const auto generated =
        harness_.Call<v1::GenerateCertificateRevocationListResponse>(generate);
    EXPECT_THAT(generated, IsOk());
    std::vector<std::string> paths;
    for (const v1::CrlSummary& crl : generated->crls()) {
      v1::GetCertificateRevocationListRequest get;
      get.set_certificate_authority_arn(ca.arn);
      if (crl.has_partition()) get.set_partition(crl.partition());
      const auto got =
          harness_.Call<v1::GetCertificateRevocationListResponse>(get);
      EXPECT_THAT(got, IsOk());
      paths.push_back(
          WriteTestFile("crl.der", got->certificate_revocation_list()));
    }
    return paths;
  }

  // The one that the certificate names.
  static std::string FindPartition(const std::vector<std::string>& crls,
                                   const Issued& certificate) {
    const auto own =
        std::find_if(crls.begin(), crls.end(), [&](const std::string& path) {
          const Bytes der = ReadTestFile(path);
          return ReadCrlWithBoringSsl(View(der))->partition ==
                 CrlUrisWithBoringSsl(View(certificate.der));
        });
    EXPECT_NE(own, crls.end());
    return own == crls.end() ? "" : *own;
  }

  static std::string ToPem(const std::string& crl) {
    std::string path = NewTestPath("crl.pem");
    const ProgramResult result = RunProgram(
        {"openssl", "crl", "-inform", "DER", "-in", crl, "-out", path});
    EXPECT_EQ(result.exit_status, 0) << result.output;
    return path;
  }

  static ProgramResult GnutlsVerify(const Authority& ca,
                                    const std::string& crl) {
    return RunProgram({"certtool", "--verify-crl", "--load-ca-certificate",
                       ca.file, "--infile", ToPem(crl)});
  }

  static void ExpectVerified(const Authority& ca, const std::string& crl) {
    const ProgramResult openssl =
        RunProgram({"openssl", "crl", "-verify", "-inform", "DER", "-in", crl,
                    "-CAfile", ca.file, "-noout"});
    EXPECT_EQ(openssl.exit_status, 0);
    EXPECT_THAT(openssl.output, HasSubstr("verify OK"));
    const ProgramResult gnutls = GnutlsVerify(ca, crl);
    EXPECT_EQ(gnutls.exit_status, 0) << gnutls.output;
    EXPECT_THAT(gnutls.output, HasSubstr("Verified."));
  }

  // Of every certificate of the chain, or of the leaf alone.
  static ProgramResult OpensslVerify(const Authority& root,
                                     const std::vector<std::string>& crls,
                                     const std::string& leaf,
                                     const std::string& untrusted = "",
                                     const char* check = "-crl_check_all") {
    std::vector<std::string> command = {"openssl", "verify",     "-x509_strict",
                                        check,     "-no-CApath", "-no-CAstore",
                                        "-CAfile", root.file};
    for (const std::string& crl : crls) {
      command.insert(command.end(), {"-CRLfile", ToPem(crl)});
    }
    if (!untrusted.empty()) {
      command.insert(command.end(), {"-untrusted", untrusted});
    }
    command.push_back(leaf);
    return RunProgram(command);
  }

  // What Java says: "good", or why not.
  static std::string Java(std::vector<std::string> certificates,
                          const std::vector<std::string>& crls) {
    std::vector<std::string> command = {"java",
                                        "pki/engine/CheckRevocation.java"};
    command.insert(command.end(), certificates.begin(), certificates.end());
    command.push_back("--");
    command.insert(command.end(), crls.begin(), crls.end());
    const std::string output = RunProgram(command).output;
    return std::string(absl::StripTrailingAsciiWhitespace(output));
  }

  EngineHarness harness_;
};

TEST_F(CrlVerifiersTest, OpensslAndGnutlsVerifyEverySignature) {
  constexpr Kind kKinds[] = {
      kP256,
      kP384,
      {v1::KEY_ALGORITHM_EC_SECP521R1, v1::SIGNING_ALGORITHM_SHA512WITHECDSA},
      kRsa2048,
      {v1::KEY_ALGORITHM_RSA_2048, v1::SIGNING_ALGORITHM_SHA512WITHRSA},
  };
  for (const Kind& kind : kKinds) {
    SCOPED_TRACE(v1::SigningAlgorithm_Name(kind.signing));
    const Authority ca = Make("Root", nullptr, v1::CRL_TYPE_COMPLETE, kind);
    Revoke(ca, Issue(ca).serial);
    const std::string crl = Crls(ca).front();
    ExpectVerified(ca, crl);
    const ProgramResult info =
        RunProgram({"certtool", "--crl-info", "--inder", "--infile", crl});
    EXPECT_EQ(info.exit_status, 0) << info.output;
    EXPECT_THAT(info.output, HasSubstr("Revoked certificates (1)"));
  }
}

TEST_F(CrlVerifiersTest, OfAnotherCaItDoesNotVerify) {
  const Authority ca = Make("Root");
  const Authority other = Make("Root");
  const std::string crl = Crls(ca).front();
  EXPECT_THAT(RunProgram({"openssl", "crl", "-verify", "-inform", "DER", "-in",
                          crl, "-CAfile", other.file, "-noout"})
                  .output,
              HasSubstr("verify failure"));
  const ProgramResult gnutls = GnutlsVerify(other, crl);
  EXPECT_NE(gnutls.exit_status, 0);
  EXPECT_THAT(gnutls.output, HasSubstr("Not verified"));
}

struct Chain {
  Kind kind;
  v1::CrlType type;  // of the subordinate's CRL
};

void PrintTo(const Chain& chain, std::ostream* out) {
  *out << v1::KeyAlgorithm_Name(chain.kind.key) << " "
       << v1::CrlType_Name(chain.type);
}

class CrlChainTest : public CrlVerifiersTest,
                     public testing::WithParamInterface<Chain> {};

// With the root's complete CRL and the one that the certificate names.
TEST_P(CrlChainTest, GoodIsAcceptedAndRevokedIsNot) {
  const Kind& kind = GetParam().kind;
  const v1::CrlType type = GetParam().type;
  const Authority root = Make("Root", nullptr, v1::CRL_TYPE_COMPLETE, kind);
  const Authority subordinate = Make("Subordinate", &root, type, kind);
  const Issued good = Issue(subordinate);
  const Issued revoked = Issue(subordinate);
  Revoke(subordinate, revoked.serial);
  const std::string above = Crls(root).front();
  const std::vector<std::string> all = Crls(subordinate);
  ExpectVerified(root, above);
  const auto crls_for = [&](const Issued& leaf) {
    const std::string own =
        type == v1::CRL_TYPE_COMPLETE ? all.front() : FindPartition(all, leaf);
    ExpectVerified(subordinate, own);
    return std::vector<std::string>{above, own};
  };

  const ProgramResult accepted =
      OpensslVerify(root, crls_for(good), good.file, subordinate.file);
  EXPECT_EQ(accepted.exit_status, 0) << accepted.output;
  const ProgramResult refused =
      OpensslVerify(root, crls_for(revoked), revoked.file, subordinate.file);
  EXPECT_NE(refused.exit_status, 0);
  EXPECT_THAT(refused.output, HasSubstr("certificate revoked"));

  EXPECT_EQ(Java({root.file, good.file, subordinate.file}, crls_for(good)),
            "good");
  EXPECT_EQ(
      Java({root.file, revoked.file, subordinate.file}, crls_for(revoked)),
      "REVOKED");
}

INSTANTIATE_TEST_SUITE_P(Kinds, CrlChainTest,
                         testing::Values(Chain{kP256, v1::CRL_TYPE_COMPLETE},
                                         Chain{kP256, v1::CRL_TYPE_PARTITIONED},
                                         Chain{kP384, v1::CRL_TYPE_COMPLETE},
                                         Chain{kRsa2048,
                                               v1::CRL_TYPE_PARTITIONED}));

TEST_F(CrlVerifiersTest, WithoutTheCrlNobodyCanTell) {
  const Authority root = Make("Root");
  const Authority subordinate = Make("Subordinate", &root);
  const Issued good = Issue(subordinate);
  const std::vector<std::string> own = Crls(subordinate);
  EXPECT_THAT(OpensslVerify(root, own, good.file, subordinate.file).output,
              HasSubstr("unable to get certificate CRL"));
  EXPECT_EQ(Java({root.file, good.file, subordinate.file}, own),
            "UNDETERMINED_REVOCATION_STATUS");
}

TEST_F(CrlVerifiersTest, ARevokedSubordinateTakesItsCertificatesAlong) {
  const Authority root = Make("Root");
  const Authority subordinate = Make("Subordinate", &root);
  const Issued leaf = Issue(subordinate);
  const std::vector<std::string> own = Crls(subordinate);
  Revoke(root, harness_.Describe(subordinate.arn)->serial());
  std::vector<std::string> crls = Crls(root);
  crls.insert(crls.end(), own.begin(), own.end());
  EXPECT_THAT(OpensslVerify(root, crls, leaf.file, subordinate.file).output,
              HasSubstr("certificate revoked"));
  EXPECT_EQ(Java({root.file, leaf.file, subordinate.file}, crls), "REVOKED");
}

// With all partitions at hand a verifier finds the one that the certificate
// names; with all but that one it cannot tell. (The root names none.)
TEST_F(CrlVerifiersTest, PartitionsAreTold) {
  const Authority root = Make("Root", nullptr, v1::CRL_TYPE_PARTITIONED);
  const Issued good = Issue(root);
  const Issued revoked = Issue(root);
  Revoke(root, revoked.serial);
  std::vector<std::string> crls = Crls(root);
  const auto verify = [&](const Issued& leaf) {
    return OpensslVerify(root, crls, leaf.file, "", "-crl_check");
  };
  const ProgramResult accepted = verify(good);
  EXPECT_EQ(accepted.exit_status, 0) << accepted.output;
  EXPECT_THAT(verify(revoked).output, HasSubstr("certificate revoked"));
  EXPECT_EQ(Java({root.file, good.file}, crls), "good");
  EXPECT_EQ(Java({root.file, revoked.file}, crls), "REVOKED");

  const std::string own = FindPartition(crls, good);
  crls.erase(std::remove(crls.begin(), crls.end(), own), crls.end());
  EXPECT_THAT(verify(good).output, HasSubstr("different CRL scope"));
  EXPECT_EQ(Java({root.file, good.file}, crls),
            "UNDETERMINED_REVOCATION_STATUS");
}

// What certificates name from before and from after a change is the same CRL.
TEST_F(CrlVerifiersTest, PartitionsThatMovedAreTold) {
  const Authority root = Make("Root", nullptr, v1::CRL_TYPE_PARTITIONED);
  const Issued good = Issue(root);
  const Issued revoked = Issue(root);
  v1::UpdateCertificateAuthorityRequest update;
  update.set_certificate_authority_arn(root.arn);
  v1::RevocationConfiguration& revocation =
      *update.mutable_revocation_configuration();
  revocation = harness_.Describe(root.arn)->revocation_configuration();
  revocation.mutable_crl_configuration()->set_custom_cname("crl.example");
  ASSERT_THAT(harness_.Call<v1::UpdateCertificateAuthorityResponse>(update),
              IsOk());
  const Issued young = Issue(root);
  Revoke(root, revoked.serial);
  const std::vector<std::string> crls = Crls(root);
  for (const Issued& leaf : {good, young}) {
    const ProgramResult accepted =
        OpensslVerify(root, crls, leaf.file, "", "-crl_check");
    EXPECT_EQ(accepted.exit_status, 0) << accepted.output;
    EXPECT_EQ(Java({root.file, leaf.file}, crls), "good");
  }
  EXPECT_THAT(OpensslVerify(root, crls, revoked.file, "", "-crl_check").output,
              HasSubstr("certificate revoked"));
  EXPECT_EQ(Java({root.file, revoked.file}, crls), "REVOKED");
}

}  // namespace
}  // namespace pki
