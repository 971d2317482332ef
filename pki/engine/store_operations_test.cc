// The operations on the store itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pki/base/status.h"
#include "pki/engine/engine.h"
#include "pki/store/maintenance.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"
#include "proto/engine_operations.pb.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Answers what it is told to.
class FakeMaintenance : public StoreMaintenance {
 public:
  absl::StatusOr<std::vector<std::string>> Check() override {
    PKI_RETURN_IF_ERROR(status);
    return problems;
  }
  absl::Status Backup(const std::string& path,
                      const Progress& progress) override {
    PKI_RETURN_IF_ERROR(status);
    backup = path;
    if (progress && !progress(1, 2)) {
      return Refuse(v1::REASON_CANCELLED, "", "Cancelled.");
    }
    return absl::OkStatus();
  }
  absl::StatusOr<Description> Describe() override {
    PKI_RETURN_IF_ERROR(status);
    return description;
  }
  absl::Status Compact() override { return status; }

  absl::Status status;
  std::vector<std::string> problems;
  std::string backup;
  Description description;
};

class StoreOperationsTest : public testing::Test {
 protected:
  // An engine over the harness's ports, but for what `ports` says.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const Request& request) {
    Ports ports = harness_.ports();
    ports.maintenance = maintenance_;
    ports.progress = progress_;
    auto engine = Engine::New({}, std::move(ports));
    if (!engine.ok()) return engine.status();
    absl::string_view name = Request::descriptor()->name();
    name.remove_suffix(sizeof("Request") - 1);
    Response response;
    PKI_RETURN_IF_ERROR((*engine)->Call(name, request, &response));
    return response;
  }
  absl::Status Check() {
    return Call<v1::CheckStoreResponse>(v1::CheckStoreRequest()).status();
  }
  absl::Status Backup(const std::string& path) {
    v1::BackupStoreRequest request;
    if (!path.empty()) request.set_path(path);
    return Call<v1::BackupStoreResponse>(request).status();
  }
  absl::Status Describe() {
    return Call<v1::DescribeStoreResponse>(v1::DescribeStoreRequest()).status();
  }

  EngineHarness harness_;
  std::shared_ptr<FakeMaintenance> maintenance_ =
      std::make_shared<FakeMaintenance>();
  Progress progress_;
};

TEST_F(StoreOperationsTest, SoundStoreHasNoProblems) {
  const auto response = Call<v1::CheckStoreResponse>(v1::CheckStoreRequest());
  ASSERT_THAT(response, IsOk());
  EXPECT_THAT(response->problems(), IsEmpty());
}

TEST_F(StoreOperationsTest, ProblemsAreAnAnswer) {
  maintenance_->problems = {"one", "two"};
  const auto response = Call<v1::CheckStoreResponse>(v1::CheckStoreRequest());
  ASSERT_THAT(response, IsOk());
  EXPECT_THAT(response->problems(), ElementsAre("one", "two"));
}

TEST_F(StoreOperationsTest, BackupGoesToThePath) {
  EXPECT_THAT(Backup("copy.db"), IsOk());
  EXPECT_EQ(maintenance_->backup, "copy.db");
  EXPECT_THAT(Backup(""), IsRefusal(v1::REASON_FIELD_REQUIRED, "Request.Path"));
}

TEST_F(StoreOperationsTest, BackupTellsTheHostHowFarItIs) {
  std::vector<uint64_t> seen;
  progress_ = [&](uint64_t done, uint64_t total) {
    seen = {done, total};
    return false;
  };
  EXPECT_THAT(Backup("copy.db"), IsRefusal(v1::REASON_CANCELLED));
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST_F(StoreOperationsTest, DescribeAnswersAll) {
  maintenance_->description = {"a.db", 1, 8192, 4096, {{"ca", 2}, {"cert", 3}}};
  const auto response =
      Call<v1::DescribeStoreResponse>(v1::DescribeStoreRequest());
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->path(), "a.db");
  EXPECT_EQ(response->format(), 1);
  EXPECT_EQ(response->file_size(), 8192);
  EXPECT_EQ(response->log_size(), 4096);
  ASSERT_EQ(response->records_size(), 2);
  EXPECT_EQ(response->records(0).kind(), "ca");
  EXPECT_EQ(response->records(1).count(), 3);
}

TEST_F(StoreOperationsTest, FailuresOfTheStoreAreThoseOfTheCall) {
  maintenance_->status = Refuse(v1::REASON_STORE_FAILED, "", "The disk.");
  EXPECT_THAT(Check(), IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(Backup("copy.db"), IsRefusal(v1::REASON_STORE_FAILED));
  EXPECT_THAT(Describe(), IsRefusal(v1::REASON_STORE_FAILED));
}

TEST_F(StoreOperationsTest, StoreInMemoryHasNone) {
  maintenance_ = nullptr;
  EXPECT_THAT(Check(), IsRefusal(v1::REASON_MAINTENANCE_UNSUPPORTED));
  EXPECT_THAT(Backup("copy.db"), IsRefusal(v1::REASON_MAINTENANCE_UNSUPPORTED));
  EXPECT_THAT(Describe(), IsRefusal(v1::REASON_MAINTENANCE_UNSUPPORTED));
}

}  // namespace
}  // namespace pki
