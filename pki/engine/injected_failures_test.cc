// The test mode: which calls it refuses, and CAs that take their time.
#include "pki/engine/injected_failures.h"

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/threads.h"

namespace pki {
namespace {

void Add(v1::EngineConfiguration* configuration, absl::string_view operation,
         v1::Reason reason, uint32_t after = 0, uint32_t times = 0) {
  v1::InjectedFailure& failure = *configuration->add_injected_failures();
  failure.set_operation(std::string(operation));
  failure.set_reason(reason);
  failure.set_after(after);
  failure.set_times(times);
}

absl::StatusOr<InjectedFailures> Make(
    const v1::EngineConfiguration& configuration) {
  return InjectedFailures::New(configuration, [](absl::string_view operation) {
    return operation == "GetPolicy" || operation == "PutPolicy";
  });
}

// 'T', 'P' or '.' for each call.
std::string Calls(const InjectedFailures& failures, absl::string_view operation,
                  int calls) {
  std::string answers;
  for (int i = 0; i < calls; ++i) {
    const absl::Status status = failures.Next(operation);
    switch (ReasonOf(status)) {
      case v1::REASON_UNSPECIFIED:
        answers += '.';
        break;
      case v1::REASON_INJECTED_THROTTLING:
        answers += 'T';
        break;
      case v1::REASON_INJECTED_REQUEST_IN_PROGRESS:
        answers += 'P';
        break;
      default:
        answers += '?';
    }
  }
  return answers;
}

TEST(InjectedFailuresTest, RefusesNothingUnlessAsked) {
  const auto failures = Make({});
  ASSERT_THAT(failures, IsOk());
  EXPECT_EQ(Calls(*failures, "GetPolicy", 3), "...");
}

TEST(InjectedFailuresTest, CountsTheCallsOfEachOperation) {
  v1::EngineConfiguration configuration;
  Add(&configuration, "GetPolicy", v1::REASON_INJECTED_THROTTLING, 2, 3);
  Add(&configuration, "PutPolicy", v1::REASON_INJECTED_THROTTLING);
  Add(&configuration, "GetPolicy", v1::REASON_INJECTED_REQUEST_IN_PROGRESS, 1);
  const auto failures = Make(configuration);
  ASSERT_THAT(failures, IsOk());
  EXPECT_EQ(Calls(*failures, "GetPolicy", 10), "..TTT.P...");
  EXPECT_EQ(Calls(*failures, "PutPolicy", 3), "T..");
}

TEST(InjectedFailuresTest, RefusesSoManyOfThoseOnManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 400;
  v1::EngineConfiguration configuration;
  Add(&configuration, "GetPolicy", v1::REASON_INJECTED_THROTTLING, 50, 100);
  const auto failures = Make(configuration);
  ASSERT_THAT(failures, IsOk());
  std::atomic<int> refused{0};
  Threads(kThreads).ForEach(kCalls, [&](size_t /*call*/) {
    if (!failures->Next("GetPolicy").ok()) ++refused;
  });
  EXPECT_EQ(refused, 100);
}

TEST(InjectedFailuresTest, NamesWhatCannotBeInjected) {
  const struct {
    absl::string_view operation;
    v1::Reason reason;
    absl::string_view field;
  } kCases[] = {
      {"MakeCoffee", v1::REASON_INJECTED_THROTTLING, "Operation"},
      {"", v1::REASON_INJECTED_THROTTLING, "Operation"},
      {"GetPolicy", v1::REASON_CA_NOT_FOUND, "Reason"},
      {"GetPolicy", v1::REASON_UNSPECIFIED, "Reason"},
      {"GetPolicy", static_cast<v1::Reason>(2199), "Reason"},
  };
  EngineHarness harness;
  for (const auto& [operation, reason, field] : kCases) {
    v1::EngineConfiguration configuration;
    Add(&configuration, "GetPolicy", v1::REASON_INJECTED_THROTTLING);
    Add(&configuration, operation, reason);
    EXPECT_THAT(
        Engine::New(configuration, harness.ports()),
        IsRefusal(v1::REASON_CONFIGURATION_INJECTION,
                  absl::StrCat("Configuration.InjectedFailures[1].", field)));
  }
}

TEST(InjectedFailuresTest, TakesEveryReasonOfTheTestMode) {
  for (const v1::Reason reason :
       {v1::REASON_INJECTED_CONCURRENT_MODIFICATION,
        v1::REASON_INJECTED_INTERNAL_FAILURE, v1::REASON_INJECTED_INVALID_ARGS,
        v1::REASON_INJECTED_INVALID_POLICY, v1::REASON_INJECTED_INVALID_STATE,
        v1::REASON_INJECTED_INVALID_TAG, v1::REASON_INJECTED_LIMIT_EXCEEDED,
        v1::REASON_INJECTED_LOCKOUT_PREVENTED,
        v1::REASON_INJECTED_REQUEST_FAILED,
        v1::REASON_INJECTED_REQUEST_IN_PROGRESS,
        v1::REASON_INJECTED_THROTTLING}) {
    v1::EngineConfiguration configuration;
    Add(&configuration, "GetPolicy", reason);
    const auto failures = Make(configuration);
    ASSERT_THAT(failures, IsOk());
    EXPECT_THAT(failures->Next("GetPolicy"), IsRefusal(reason, ""));
  }
}

// A refused call does nothing, and the caller's next try succeeds.
TEST(InjectedFailuresTest, TheEngineRefusesBeforeItActs) {
  v1::EngineConfiguration configuration;
  Add(&configuration, "CreateCertificateAuthority",
      v1::REASON_INJECTED_LIMIT_EXCEEDED);
  EngineHarness harness(configuration);
  const auto request =
      EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
  EXPECT_THAT(harness.Create(request),
              IsRefusal(v1::REASON_INJECTED_LIMIT_EXCEEDED));
  EXPECT_TRUE(harness.Stored().empty());
  EXPECT_THAT(harness.Create(request), IsOk());
}

// Who may not, or says what cannot be, learns that first.
TEST(InjectedFailuresTest, OtherRefusalsComeFirstAndDoNotCount) {
  v1::EngineConfiguration configuration;
  Add(&configuration, "DescribeCertificateAuthority",
      v1::REASON_INJECTED_THROTTLING);
  EngineHarness harness(configuration);
  const auto arn = harness.Create(EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root"));
  ASSERT_THAT(arn, IsOk());
  v1::DescribeCertificateAuthorityRequest request;
  request.set_certificate_authority_arn(*arn);
  const Caller stranger{"999988887777", "", ""};
  using Response = v1::DescribeCertificateAuthorityResponse;
  EXPECT_THAT(harness.CallAs<Response>(stranger, request),
              IsRefusal(v1::REASON_ACCESS_DENIED));
  EXPECT_THAT(harness.Describe("x"), IsRefusal(v1::REASON_FIELD_TOO_SHORT));
  EXPECT_THAT(harness.Describe(*arn),
              IsRefusal(v1::REASON_INJECTED_THROTTLING));
  EXPECT_THAT(harness.Describe(*arn), IsOk());
}

v1::CertificateAuthorityStatus StatusOf(EngineHarness& harness,
                                        const std::string& arn) {
  return harness.Describe(arn)->status();
}

TEST(CreatingTest, ACaIsCreatingForAsLongAsConfigured) {
  constexpr int kCreating = 2500;
  v1::EngineConfiguration configuration;
  configuration.set_creating_milliseconds(kCreating);
  EngineHarness harness(configuration);
  const auto created = harness.Create(EngineHarness::CreateRequest(
      v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root"));
  ASSERT_THAT(created, IsOk());
  const std::string& arn = *created;
  v1::GetCertificateAuthorityCsrRequest get;
  get.set_certificate_authority_arn(arn);
  using Csr = v1::GetCertificateAuthorityCsrResponse;

  EXPECT_EQ(StatusOf(harness, arn), v1::CERTIFICATE_AUTHORITY_STATUS_CREATING);
  harness.clock().Advance(absl::Milliseconds(kCreating - 1));
  EXPECT_EQ(StatusOf(harness, arn), v1::CERTIFICATE_AUTHORITY_STATUS_CREATING);
  EXPECT_THAT(harness.Call<Csr>(get), IsRefusal(v1::REASON_STATE_CSR));

  harness.clock().Advance(absl::Milliseconds(1));
  EXPECT_EQ(StatusOf(harness, arn),
            v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE);
  EXPECT_THAT(harness.Call<Csr>(get), IsOk());
  const auto issued = harness.IssueForCa(arn, arn, "RootCACertificate",
                                         HarnessTime() + absl::Hours(24) * 365);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness.Import(arn, *issued), IsOk());
  EXPECT_EQ(StatusOf(harness, arn), v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE);
}

// User Guide: deleting a private CA: what is not created yet has no window.
TEST(CreatingTest, ADeletedOneIsGoneAtOnce) {
  v1::EngineConfiguration configuration;
  configuration.set_creating_milliseconds(1000);
  EngineHarness harness(configuration);
  const auto remove = [&harness](const std::string& arn) {
    v1::DeleteCertificateAuthorityRequest request;
    request.set_certificate_authority_arn(arn);
    using Response = v1::DeleteCertificateAuthorityResponse;
    return harness.Call<Response>(request).status();
  };
  const auto request =
      EngineHarness::CreateRequest(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Root");
  const auto arn = harness.Create(request);
  ASSERT_THAT(arn, IsOk());
  EXPECT_THAT(remove(*arn), IsOk());
  EXPECT_THAT(harness.Describe(*arn), IsRefusal(v1::REASON_CA_NOT_FOUND));

  const auto later = harness.Create(request);
  ASSERT_THAT(later, IsOk());
  harness.clock().Advance(absl::Seconds(1));
  EXPECT_THAT(remove(*later), IsOk());
  EXPECT_EQ(StatusOf(harness, *later),
            v1::CERTIFICATE_AUTHORITY_STATUS_DELETED);
}

}  // namespace
}  // namespace pki
