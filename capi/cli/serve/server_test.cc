// What happens to the server when its host fails. What clients do to it is in
// serve_test.py.
#include "capi/cli/serve/server.h"

#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pkictl {
namespace {

using ::testing::ElementsAre;

// The codes that failed turns are told with, until the server is stopped by the
// first.
std::vector<absl::StatusCode> FailuresOf(
    std::function<absl::StatusOr<absl::Time>()> turn) {
  std::vector<absl::StatusCode> failures;
  HttpOptions options;
  options.listen = "127.0.0.1:0";
  options.ready = [](const std::string& /*url*/) {};
  options.turn = std::move(turn);
  options.turn_failed = [&failures](const absl::Status& why) {
    failures.push_back(why.code());
    std::raise(SIGTERM);
  };
  const absl::Status served = ServeHttp(
      options, [](const HttpRequest& /*request*/) { return HttpAnswer(); });
  EXPECT_TRUE(served.ok()) << served;
  return failures;
}

TEST(ServerTest, OutlivesATurnThatFails) {
  EXPECT_THAT(FailuresOf([] { return absl::UnavailableError("not now"); }),
              ElementsAre(absl::StatusCode::kUnavailable));
}

TEST(ServerTest, OutlivesATurnThatThrows) {
  EXPECT_THAT(FailuresOf([]() -> absl::StatusOr<absl::Time> {
                throw std::runtime_error("no");
              }),
              ElementsAre(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace pkictl
