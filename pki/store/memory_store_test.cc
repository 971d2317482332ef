// The memory store under the cases that every store passes.
#include "pki/store/memory_store.h"

#include <gtest/gtest.h>

#include <memory>

#include "pki/store/conformance.h"

namespace pki {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest, testing::Values([] {
                           return std::make_unique<MemoryStore>();
                         }));

}  // namespace
}  // namespace pki
