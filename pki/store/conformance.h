// What every Store must do, as test cases.
//
// The test of an implementation links this library and says
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest,
//                            testing::Values([] { return ...; }));
#ifndef PKI_STORE_CONFORMANCE_H_
#define PKI_STORE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "pki/store/store.h"

namespace pki {

// Makes an empty store.
using StoreFactory = std::function<std::unique_ptr<Store>()>;

class StoreConformanceTest : public testing::TestWithParam<StoreFactory> {
 protected:
  StoreConformanceTest() : store_(GetParam()()) {}

  const std::unique_ptr<Store> store_;
};

}  // namespace pki

#endif  // PKI_STORE_CONFORMANCE_H_
