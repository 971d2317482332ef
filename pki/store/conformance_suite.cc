// The one test that every case goes through.
#include "pki/store/conformance_suite.h"

#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

TEST_P(StoreConformanceTest, Passes) {
  const auto& [factory, conformance_case] = GetParam();
  const std::unique_ptr<Store> store = factory();
  EXPECT_THAT(RunConformanceCase(conformance_case, *store), IsOk());
}

}  // namespace
}  // namespace pki
