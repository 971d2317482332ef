// The memory store under the cases that every store passes.
#include "pki/store/memory_store.h"

#include <gtest/gtest.h>

#include <memory>

#include "pki/store/conformance_suite.h"

namespace pki {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest, ConformanceCasesOn([] {
                           return std::make_unique<MemoryStore>();
                         }),
                         ConformanceCaseName);

}  // namespace
}  // namespace pki
