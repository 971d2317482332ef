// Two processes on one store: one renews a CA's certificate, and nothing that
// the other issues after that is chained to the old one.
//
// The other issues all the time, from several threads, and says with each
// certificate how many renewals it had been told of when it began.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "capi/durability/abi_client.h"
#include "capi/durability/child_process.h"
#include "capi/durability/workload.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr int kThreads = 2;
constexpr int kRenewals = 40;
// How many certificates are seen after each renewal.
constexpr int kIssued = 3;
constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

// The certificate that this one is chained to, in DER.
Bytes IssuerOf(const v1::GetCertificateResponse& issued) {
  const auto chain = DecodePem(issued.certificate_chain(), kLabels);
  return chain.has_value() && !chain->empty() ? chain->front() : Bytes();
}

// child STORE_FILE CA: issues, and writes "RENEWALS ISSUER" for each
// certificate, until its standard input ends; each line there is a renewal.
int RunChild(const std::vector<std::string>& arguments) {
  LineWriter out(STDOUT_FILENO);
  const auto client = AbiClient::Open(DurableConfiguration(arguments[1]));
  if (!client.ok()) {
    out.Write(client.status().ToString());
    return EXIT_FAILURE;
  }
  World world(arguments[1]);
  std::atomic<int> renewals{0};
  std::atomic<bool> ended{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      Worker worker(**client, world, i, [](const Answer&) {});
      while (!ended) {
        const int known = renewals;
        const auto issued = worker.Issue(arguments[2]);
        out.Write(issued.ok()
                      ? absl::StrCat(known, " ",
                                     absl::Base64Escape(IssuerOf(*issued)))
                      : issued.status().ToString());
      }
    });
  }
  std::string line;
  while (std::getline(std::cin, line)) ++renewals;
  ended = true;
  for (std::thread& thread : threads) thread.join();
  return EXIT_SUCCESS;
}

// Checks one line of the child; the renewals that it knew of.
int CheckLine(const std::string& line, const std::vector<Bytes>& imported) {
  const std::vector<std::string> parts = absl::StrSplit(line, ' ');
  int known = 0;
  Bytes issuer;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &known) ||
      !absl::Base64Unescape(parts[1], &issuer)) {
    ADD_FAILURE() << line;
    return 0;
  }
  const auto found = std::find(imported.begin(), imported.end(), issuer);
  EXPECT_NE(found, imported.end());
  EXPECT_GE(found - imported.begin(), known);
  return known;
}

class TwoProcessesTest
    : public testing::TestWithParam<v1::CertificateAuthorityType> {};

TEST_P(TwoProcessesTest, NothingIsChainedToAnOldCertificate) {
  const std::string file = NewTestPath("store.db");
  const auto client = AbiClient::Open(DurableConfiguration(file));
  ASSERT_THAT(client, IsOk());
  World world(file);
  std::vector<Bytes> imported;
  Worker worker(**client, world, 0, [&](const Answer& answer) {
    if (answer.operation == "ImportCertificateAuthorityCertificate") {
      imported.push_back(answer.certificate);
    }
  });
  // A subordinate needs a root, whose certificate does not count.
  const auto root = worker.CreateRoot();
  ASSERT_THAT(root, IsOk());
  World::Authority ca{*root, GetParam()};
  if (ca.type == v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE) {
    imported.clear();
    const auto subordinate = worker.CreateSubordinate();
    ASSERT_THAT(subordinate, IsOk());
    ca.arn = *subordinate;
  }

  ChildProcess child({file, ca.arn});
  for (int renewal = 1; renewal <= kRenewals; ++renewal) {
    ASSERT_THAT(worker.Renew(ca), IsOk());
    child.WriteLine("renewed");
    int seen = 0;
    while (seen < kIssued) {
      const auto line = child.ReadLine();
      ASSERT_TRUE(line.has_value());
      if (CheckLine(*line, imported) == renewal) ++seen;
      ASSERT_FALSE(HasFailure());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, TwoProcessesTest,
    testing::Values(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT,
                    v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE));

}  // namespace
}  // namespace pki

int main(int argc, char** argv) {
  if (argv[0] == std::string(pki::kChildName)) {
    return pki::RunChild(std::vector<std::string>(argv, argv + argc));
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
