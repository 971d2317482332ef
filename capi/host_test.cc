// The smaller callbacks of a host, as ports. What an engine does with them is
// in pki_engine_test.cc.
#include "capi/host.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace pki {
namespace {

TEST(ProgressTest, IsToldToTheHostWhoMayEndIt) {
  struct Told {
    std::vector<std::pair<uint64_t, uint64_t>> steps;
    int32_t result = 0;
  } told;
  pki_host host = {};
  EXPECT_EQ(ProgressOf(host), nullptr);
  host.context = &told;
  host.progress = [](void* context, uint64_t done, uint64_t total) {
    auto& self = *static_cast<Told*>(context);
    self.steps.emplace_back(done, total);
    return self.result;
  };
  const Progress progress = ProgressOf(host);
  EXPECT_TRUE(progress(0, UINT64_MAX));
  told.result = -1;
  EXPECT_FALSE(progress(7, 9));
  EXPECT_EQ(told.steps, (std::vector<std::pair<uint64_t, uint64_t>>{
                            {0, UINT64_MAX}, {7, 9}}));
}

}  // namespace
}  // namespace pki
