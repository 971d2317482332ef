// Two processes on one store: one renews a CA's certificate, or disables the
// CA, and nothing that the other issues after that is chained to the old one,
// or is issued at all.
//
// The other issues all the time, from several threads, and says with each
// answer how many such changes it had been told of when it began.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "capi/durability/abi_client.h"
#include "capi/durability/child_process.h"
#include "capi/durability/workload.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

constexpr int kThreads = 2;
constexpr int kChanges = 40;
// How many answers are waited for after each change.
constexpr int kAnswers = 3;
constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

// The certificate that this one is chained to, in DER.
Bytes IssuerOf(const v1::GetCertificateResponse& issued) {
  const auto chain = DecodePem(issued.certificate_chain(), kLabels);
  return chain.has_value() && !chain->empty() ? chain->front() : Bytes();
}

// A line of the child: the changes that it knew of when it began to issue, and
// what came of that.
struct Issued {
  int known = 0;
  int code = 0;  // a number of ErrorCode, 0 for none
  Bytes issuer;  // in DER
};

std::string ToLine(int known,
                   const absl::StatusOr<v1::GetCertificateResponse>& issued) {
  return absl::StrCat(
      known, " ", issued.ok() ? 0 : int{DetailOf(issued.status()).code()}, " ",
      issued.ok() ? absl::Base64Escape(IssuerOf(*issued)) : "");
}

Issued ReadLine(ChildProcess& child) {
  const std::string line = child.ReadLine().value_or("");
  const std::vector<std::string> parts = absl::StrSplit(line, ' ');
  Issued issued;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &issued.known) ||
      !absl::SimpleAtoi(parts[1], &issued.code) ||
      !absl::Base64Unescape(parts[2], &issued.issuer)) {
    ADD_FAILURE() << "'" << line << "'";
  }
  return issued;
}

// child STORE_FILE CA: issues, and writes a line for each answer, until its
// standard input ends; each line there is a change.
int RunChild(const std::vector<std::string>& arguments) {
  LineWriter out(STDOUT_FILENO);
  const auto client = AbiClient::Open(DurableConfiguration(arguments[1]));
  if (!client.ok()) return EXIT_FAILURE;
  World world(arguments[1]);
  std::atomic<int> changes{0};
  std::atomic<bool> ended{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      Worker worker(**client, world, i, [](const Answer&) {});
      while (!ended) {
        const int known = changes;
        out.Write(ToLine(known, worker.Issue(arguments[2])));
      }
    });
  }
  std::string line;
  while (std::getline(std::cin, line)) ++changes;
  ended = true;
  for (std::thread& thread : threads) thread.join();
  return EXIT_SUCCESS;
}

class RenewalTest
    : public testing::TestWithParam<v1::CertificateAuthorityType> {};

TEST_P(RenewalTest, NothingIsChainedToAnOldCertificate) {
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
  for (int change = 1; change <= kChanges; ++change) {
    ASSERT_THAT(worker.Renew(ca), IsOk());
    child.WriteLine("renewed");
    for (int answers = 0; answers < kAnswers;) {
      const Issued issued = ReadLine(child);
      ASSERT_FALSE(HasFailure());
      ASSERT_EQ(issued.code, 0);
      const auto issuer =
          std::find(imported.begin(), imported.end(), issued.issuer);
      ASSERT_NE(issuer, imported.end());
      ASSERT_GE(issuer - imported.begin(), issued.known);
      if (issued.known == change) ++answers;
    }
  }
}

TEST(TwoProcessesTest, ADisabledAuthoritySignsNothing) {
  const std::string file = NewTestPath("store.db");
  const auto client = AbiClient::Open(DurableConfiguration(file));
  ASSERT_THAT(client, IsOk());
  World world(file);
  Worker worker(**client, world, 0, [](const Answer&) {});
  const auto ca = worker.CreateRoot();
  ASSERT_THAT(ca, IsOk());

  ChildProcess child({file, *ca});
  for (int change = 1; change <= kChanges; ++change) {
    const bool disabled = change % 2 == 1;
    ASSERT_THAT(worker.SetStatus(
                    *ca, disabled ? v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED
                                  : v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE),
                IsOk());
    child.WriteLine("changed");
    for (int answers = 0; answers < kAnswers;) {
      const Issued issued = ReadLine(child);
      ASSERT_FALSE(HasFailure());
      // What began before the change may have gone either way.
      if (issued.known != change) continue;
      ASSERT_EQ(issued.code, disabled ? v1::INVALID_STATE_EXCEPTION : 0);
      ++answers;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, RenewalTest,
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
