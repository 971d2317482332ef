// The conformance cases as test cases, one each. The test of a store says
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest,
//                            ConformanceCasesOn([] { return ...; }),
//                            ConformanceCaseName);
#ifndef PKI_STORE_CONFORMANCE_SUITE_H_
#define PKI_STORE_CONFORMANCE_SUITE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "pki/store/conformance.h"
#include "pki/store/store.h"

namespace pki {

// Makes a store; each case gets one of its own.
using StoreFactory = std::function<std::unique_ptr<Store>()>;

class StoreConformanceTest
    : public testing::TestWithParam<std::tuple<StoreFactory, ConformanceCase>> {
};

inline auto ConformanceCasesOn(StoreFactory factory) {
  return testing::Combine(testing::Values(std::move(factory)),
                          testing::ValuesIn(ConformanceCases()));
}

inline std::string ConformanceCaseName(
    const testing::TestParamInfo<StoreConformanceTest::ParamType>& info) {
  return std::get<ConformanceCase>(info.param).name;
}

}  // namespace pki

#endif  // PKI_STORE_CONFORMANCE_SUITE_H_
