// Tests that both verifiers accept a good chain, and only that.
#include "pki/testing/verify_certificate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::Not;

constexpr int kDays = 10;

void RunOpenssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  const ProgramResult result = RunProgram(arguments);
  ASSERT_EQ(result.exit_status, 0) << result.output;
}

// A certificate made by the openssl command, and the files of it.
struct Made {
  std::string key_path = NewTestPath("key.pem");
  std::string path = NewTestPath("certificate.pem");
  Bytes der;
};

// A certificate for `name` by `issuer`, or by itself when there is none.
Made Make(const std::string& name, const Made* issuer, bool is_ca) {
  Made made;
  const std::string request = NewTestPath("request.pem");
  const std::string der_path = NewTestPath("certificate.der");
  RunOpenssl({"req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:P-256", "-subj", "/CN=" + name, "-keyout",
              made.key_path, "-out", request});
  const std::string extensions = WriteTestFile(
      "extensions.cnf",
      absl::StrCat("basicConstraints=critical,CA:", is_ca ? "TRUE" : "FALSE",
                   "\nsubjectKeyIdentifier=hash\n",
                   issuer == nullptr ? "" : "authorityKeyIdentifier=keyid\n",
                   "keyUsage=critical,",
                   is_ca ? "keyCertSign" : "digitalSignature", "\n"));
  std::vector<std::string> sign = {
      "x509",     "-req",     "-in",         request,
      "-extfile", extensions, "-days",       absl::StrCat(kDays),
      "-out",     made.path,  "-set_serial", "7"};
  if (issuer == nullptr) {
    sign.insert(sign.end(), {"-signkey", made.key_path});
  } else {
    sign.insert(sign.end(), {"-CA", issuer->path, "-CAkey", issuer->key_path});
  }
  RunOpenssl(sign);
  RunOpenssl({"x509", "-in", made.path, "-outform", "DER", "-out", der_path});
  made.der = ReadTestFile(der_path);
  return made;
}

using Verifier = absl::Status (*)(ByteView, absl::Span<const Bytes>, ByteView,
                                  absl::Time);

class VerifyCertificateTest : public testing::TestWithParam<Verifier> {
 protected:
  const Made root_ = Make("root", nullptr, true);
  const Made middle_ = Make("middle", &root_, true);
  const Made leaf_ = Make("leaf", &middle_, false);
  const absl::Time now_ = absl::Now();

  absl::Status Verify(const Bytes& leaf, const std::vector<Bytes>& chain,
                      const Bytes& root, absl::Time at) {
    return GetParam()(View(leaf), chain, View(root), at);
  }
};

TEST_P(VerifyCertificateTest, GoodChainsVerify) {
  EXPECT_THAT(Verify(leaf_.der, {middle_.der}, root_.der, now_), IsOk());
  EXPECT_THAT(Verify(middle_.der, {}, root_.der, now_), IsOk());
  EXPECT_THAT(Verify(root_.der, {}, root_.der, now_), IsOk());
}

TEST_P(VerifyCertificateTest, BrokenChainsDoNot) {
  EXPECT_THAT(Verify(leaf_.der, {}, root_.der, now_), Not(IsOk()));
  const Made other = Make("root", nullptr, true);
  EXPECT_THAT(Verify(leaf_.der, {middle_.der}, other.der, now_), Not(IsOk()));
  Bytes flipped = leaf_.der;
  flipped.back() ^= 1;
  EXPECT_THAT(Verify(flipped, {middle_.der}, root_.der, now_), Not(IsOk()));
  const Made below_leaf = Make("below", &leaf_, false);
  EXPECT_THAT(Verify(below_leaf.der, {leaf_.der, middle_.der}, root_.der, now_),
              Not(IsOk()));
}

TEST_P(VerifyCertificateTest, TheTimeIsTheOneGiven) {
  const absl::Duration day = absl::Hours(24);
  EXPECT_THAT(
      Verify(leaf_.der, {middle_.der}, root_.der, now_ + (kDays - 1) * day),
      IsOk());
  for (const absl::Time at : {now_ - day, now_ + (kDays + 1) * day}) {
    EXPECT_THAT(Verify(leaf_.der, {middle_.der}, root_.der, at), Not(IsOk()));
  }
}

TEST_P(VerifyCertificateTest, WhatIsNoCertificateDoesNot) {
  EXPECT_THAT(Verify("junk", {}, root_.der, now_), Not(IsOk()));
  EXPECT_THAT(Verify(middle_.der, {}, "junk", now_), Not(IsOk()));
  EXPECT_THAT(Verify(leaf_.der, {"junk"}, root_.der, now_), Not(IsOk()));
}

INSTANTIATE_TEST_SUITE_P(BoringSsl, VerifyCertificateTest,
                         testing::Values(VerifyWithBoringSsl));
INSTANTIATE_TEST_SUITE_P(Openssl, VerifyCertificateTest,
                         testing::Values(VerifyWithOpenssl));

}  // namespace
}  // namespace pki
