// Numbers that only grow, times, and how long an entry stays.
#include "pki/revoke/crl_schedule.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/timestamp.h"
#include "pki/der/time.h"

namespace pki {
namespace {

// The service's own example: 2018-02-26 20:28:25.984 UTC.
const absl::Time kNow = absl::FromUnixMillis(1519676905984);

TEST(CrlScheduleTest, ANumberIsTheTimeInMilliseconds) {
  EXPECT_EQ(NextCrl(std::nullopt, kNow, 1).number(), 1519676905984u);
}

TEST(CrlScheduleTest, ANumberIsNeverGivenTwice) {
  std::optional<v1::CrlRecord> last;
  for (const absl::Duration step :
       {absl::ZeroDuration(), absl::Milliseconds(1), -absl::Hours(24 * 365),
        absl::ZeroDuration(), absl::Hours(24 * 366)}) {
    const v1::CrlRecord next = NextCrl(last, kNow + step, 1);
    if (last.has_value()) {
      EXPECT_GT(next.number(), last->number()) << step;
    }
    last = next;
  }
  EXPECT_EQ(NextCrl(std::nullopt, der::FirstTime(), 1).number(), 1u);
}

TEST(CrlScheduleTest, ItIsValidFromAnHourAgo) {
  const v1::CrlRecord crl = NextCrl(std::nullopt, kNow, 365);
  EXPECT_EQ(FromTimestamp(crl.this_update()), kNow - absl::Hours(1));
  EXPECT_EQ(FromTimestamp(crl.next_update()), kNow + absl::Hours(24 * 365));
  EXPECT_EQ(FromTimestamp(crl.generated_at()), kNow);
  EXPECT_EQ(RenewalOf(crl), kNow + absl::Hours(24 * 365 - 1) / 2);
}

TEST(CrlScheduleTest, ItIsTooLongForAShorterValidity) {
  const v1::CrlRecord crl = NextCrl(std::nullopt, kNow, 7);
  EXPECT_TRUE(LastsLonger(crl, 6));
  EXPECT_FALSE(LastsLonger(crl, 7));
  EXPECT_FALSE(LastsLonger(crl, 8));
}

TEST(CrlScheduleTest, TimesStayWhatACrlCanCarry) {
  EXPECT_EQ(
      FromTimestamp(NextCrl(std::nullopt, der::FirstTime(), 1).this_update()),
      der::FirstTime());
  EXPECT_EQ(
      FromTimestamp(NextCrl(std::nullopt, der::LastTime(), 5000).next_update()),
      der::LastTime());
}

TEST(CrlScheduleTest, AnEntryStaysOnOneCrlOfATimeAfterItsCertificate) {
  const absl::Time end = absl::FromUnixSeconds(1519676905);
  v1::RevocationRecord revocation;
  *revocation.mutable_not_after() = ToTimestamp(end);
  // What a CRL says is seconds: the certificate is valid at all of its last.
  std::optional<v1::CrlRecord> valid;
  valid.emplace();
  *valid->mutable_this_update() = ToTimestamp(end + absl::Milliseconds(984));
  const absl::Time after = end + absl::Seconds(1);
  std::optional<v1::CrlRecord> expired;
  expired.emplace();
  *expired->mutable_this_update() = ToTimestamp(after);
  EXPECT_TRUE(IsListed(revocation, std::nullopt, after));
  EXPECT_TRUE(IsListed(revocation, valid, after));
  EXPECT_FALSE(IsListed(revocation, expired, after));
  // When the clock has gone back, it has not expired.
  EXPECT_TRUE(IsListed(revocation, expired, end));
}

}  // namespace
}  // namespace pki
