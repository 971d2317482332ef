// Page tokens: a listing goes on where its own token says, and takes no other.
#include "pki/engine/page.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "pki/engine/load_catalogue.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

class PageTest : public ::testing::Test {
 protected:
  Pager MakePager(absl::string_view listing) {
    return Pager::New(context_, std::string(listing)).value();
  }

 private:
  EngineHarness harness_;
  const Settings settings_ = Settings::From({}).value();
  EngineState state_{settings_, harness_.ports(),
                     LoadCatalogue({}, settings_).value(),
                     Validator::Create({}).value()};
  const Caller caller_{};
  Context context_{&state_, &caller_};
};

TEST_F(PageTest, TakesItsOwnTokens) {
  constexpr absl::string_view kKeys[] = {"", "ca/1", {"\xFF\0\x01", 3}};
  const Pager pager = MakePager("a");
  EXPECT_EQ(pager.After(std::nullopt).value(), "");
  for (const absl::string_view key : kKeys) {
    EXPECT_EQ(pager.After(pager.Token(key).value()).value(), key);
    EXPECT_EQ(MakePager("a").After(pager.Token(key).value()).value(), key);
  }
}

TEST_F(PageTest, RefusesThoseOfOtherListings) {
  EXPECT_THAT(MakePager("b").After(MakePager("a").Token("key").value()),
              IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"));
}

// Neither another content, nor another spelling of the same.
TEST_F(PageTest, RefusesEveryOtherText) {
  const Pager pager = MakePager("a");
  // Of lengths that end in each of the ways in which base64 can.
  for (const absl::string_view key : {"ca/1", "ca/12", "ca/123"}) {
    const std::string own = pager.Token(key).value();
    const auto refuses = [&](const std::string& token) {
      EXPECT_THAT(pager.After(token),
                  IsRefusal(v1::REASON_NEXT_TOKEN, "Request.NextToken"))
          << token << " for " << own;
    };
    refuses("");
    for (size_t at = 0; at < own.size(); ++at) {
      refuses(own.substr(0, at));
      refuses(std::string(own).insert(at, " "));
      for (char c = 'a'; c <= 'z'; ++c) {
        std::string changed = own;
        changed[at] = c;
        if (changed != own) refuses(changed);
      }
    }
    for (const absl::string_view more : {"=", "==", "\n", "A", "AAAA"}) {
      refuses(own + std::string(more));
    }
  }
}

}  // namespace
}  // namespace pki
