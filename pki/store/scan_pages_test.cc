// Every entry once, in order, whatever the pages are; and where it ends.
#include "pki/store/scan_pages.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/store/memory_store.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::ElementsAre;

class ScanPagesTest : public testing::Test {
 protected:
  ScanPagesTest() {
    WriteBatch batch;
    for (const char* key : {"a", "b", "c", "d", "e"}) {
      batch.puts.emplace_back(key, "");
    }
    EXPECT_THAT(store_.Commit(std::move(batch)), IsOk());
  }

  // The keys of each page of those from b to d.
  std::vector<std::string> Pages(size_t page_size) {
    std::vector<std::string> pages;
    EXPECT_THAT(ScanPages(store_, {"b", "e"}, page_size,
                          [&](const std::vector<Entry>& page) {
                            pages.emplace_back();
                            for (const Entry& entry : page) {
                              pages.back() += entry.key;
                            }
                            return absl::OkStatus();
                          }),
                IsOk());
    return pages;
  }

  MemoryStore store_;
};

TEST_F(ScanPagesTest, ShowsEachEntryOnce) {
  EXPECT_THAT(Pages(1), ElementsAre("b", "c", "d", ""));
  EXPECT_THAT(Pages(2), ElementsAre("bc", "d"));
  EXPECT_THAT(Pages(3), ElementsAre("bcd", ""));
  EXPECT_THAT(Pages(4), ElementsAre("bcd"));
}

TEST_F(ScanPagesTest, EndsWithTheFirstFailure) {
  int visits = 0;
  EXPECT_THAT(ScanPages(store_, {"a", "z"}, 1,
                        [&](const std::vector<Entry>&) {
                          return ++visits < 2 ? absl::OkStatus()
                                              : PreconditionFailed();
                        }),
              IsRefusal(v1::REASON_STORE_PRECONDITION, ""));
  EXPECT_EQ(visits, 2);
}

}  // namespace
}  // namespace pki
