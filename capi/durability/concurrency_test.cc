// Every operation on every store from many threads at once: under
// ThreadSanitizer a search for races, and everywhere one for answers that do
// not go together.
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "capi/durability/abi_client.h"
#include "capi/durability/answer.h"
#include "capi/durability/checker.h"
#include "capi/durability/contents.h"
#include "capi/durability/workload.h"
#include "capi/host_store.h"
#include "capi/map_store.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

constexpr int kThreads = 16;
// Of the table, at random, after the whole of it.
constexpr int kMoreLines = 5;

// The answers of many workers.
class SharedAnswers {
 public:
  void Add(const Answer& answer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    answers_.Add(answer, &problems_);
  }
  Answers& answers() { return answers_; }
  Problems& problems() { return problems_; }

 private:
  std::mutex mutex_;  // guards all below while there are workers
  Answers answers_;
  Problems problems_;
};

// Runs the table on every thread.
void RunThreads(AbiClient& client, World& world, SharedAnswers& answers) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      Worker worker(client, world, i,
                    [&](const Answer& answer) { answers.Add(answer); });
      worker.RunAll([](absl::string_view line, const absl::Status& status) {
        EXPECT_THAT(status, IsOk()) << line;
      });
      for (int j = 0; j < kMoreLines; ++j) {
        EXPECT_THAT(worker.RunAny(), IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Whether the engine still answers as it did.
void CheckAgain(AbiClient& client, SharedAnswers& answers, World& world) {
  std::vector<std::string> authorities;
  for (const auto& [arn, certificates] : answers.answers().promised()) {
    if (!IsCertificateArn(arn)) authorities.push_back(arn);
  }
  Worker worker(client, world, kThreads,
                [&](const Answer& answer) { answers.Add(answer); });
  CheckEngine(worker, authorities, answers.answers(), &answers.problems());
  EXPECT_THAT(answers.problems(), IsEmpty());
}

TEST(ConcurrencyTest, StoreInMemory) {
  const auto client = AbiClient::Open(DurableConfiguration(""));
  ASSERT_THAT(client, IsOk());
  World world;
  SharedAnswers answers;
  RunThreads(**client, world, answers);
  CheckAgain(**client, answers, world);
}

TEST(ConcurrencyTest, StoreOfTheHost) {
  MapStore map;
  pki_host host = {};
  host.size = sizeof(host);
  host.store = map.store();
  const auto client = AbiClient::Open(DurableConfiguration(""), &host);
  ASSERT_THAT(client, IsOk());
  World world;
  SharedAnswers answers;
  RunThreads(**client, world, answers);
  const auto store = HostStoreOf(host.store, "");
  ASSERT_THAT(store, IsOk());
  const Contents contents = ReadContents(**store, &answers.problems());
  CheckContents(contents, answers.answers(), &answers.problems());
  CheckAgain(**client, answers, world);
}

TEST(ConcurrencyTest, StoreInFile) {
  const std::string file = NewTestPath("store.db");
  SharedAnswers answers;
  {
    const auto client = AbiClient::Open(DurableConfiguration(file));
    ASSERT_THAT(client, IsOk());
    World world(file);
    RunThreads(**client, world, answers);
  }
  CheckFile(file, answers.answers(), &answers.problems());
  EXPECT_THAT(answers.problems(), IsEmpty());
}

// The operations of a service that this engine has.
std::set<std::string> OperationsOf(
    AbiClient& client, const google::protobuf::FileDescriptor& file) {
  std::set<std::string> names;
  for (int i = 0; i < file.service(0)->method_count(); ++i) {
    const std::string& name = file.service(0)->method(i)->name();
    // What is known refuses an empty request or answers it.
    v1::ListTemplatesRequest request;
    v1::ListTemplatesResponse response;
    if (ReasonOf(client.Call(name, request, &response)) !=
        v1::REASON_OPERATION_UNKNOWN) {
      names.insert(name);
    }
  }
  return names;
}

// An operation that is missing here needs a line in the table of workload.cc.
TEST(WorkloadTest, EveryOperationIsInTheTable) {
  const std::string file = NewTestPath("store.db");
  const auto probe = AbiClient::Open(DurableConfiguration(""));
  ASSERT_THAT(probe, IsOk());
  const auto client = AbiClient::Open(DurableConfiguration(file));
  ASSERT_THAT(client, IsOk());
  World world(file);
  Worker worker(**client, world, 0, [](const Answer&) {});
  worker.RunAll([](absl::string_view line, const absl::Status& status) {
    EXPECT_THAT(status, IsOk()) << line;
  });
  const std::set<std::string> called = (*client)->Operations();
  EXPECT_THAT(called, IsSupersetOf(OperationsOf(
                          **probe,
                          *v1::IssueCertificateRequest::descriptor()->file())));
  EXPECT_THAT(called,
              IsSupersetOf(OperationsOf(
                  **probe, *v1::CheckStoreRequest::descriptor()->file())));
}

}  // namespace
}  // namespace pki
