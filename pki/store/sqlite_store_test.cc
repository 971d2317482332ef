// The SQLite store: under the cases that every store passes, and those of a
// file on a disk.
#include "pki/store/sqlite_store.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "pki/store/conformance_suite.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

std::string NewPath() {
  static int count = 0;
  return testing::TempDir() + "/store-" + std::to_string(++count) + ".db";
}

std::unique_ptr<Store> NewStore() {
  auto store = SqliteStore::Open(NewPath(), {});
  EXPECT_THAT(store, IsOk());
  return *std::move(store);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformanceTest,
                         ConformanceCasesOn(NewStore), ConformanceCaseName);

}  // namespace
}  // namespace pki
