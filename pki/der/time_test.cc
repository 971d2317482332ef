// Times at the edges: 1950, 2049/2050, leap days, 9999.
#include "pki/der/time.h"

#include <cstdint>
#include <random>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace pki::der {
namespace {

absl::Time Utc(int year, int month, int day, int hour, int minute, int second) {
  return absl::FromCivil(
      absl::CivilSecond(year, month, day, hour, minute, second),
      absl::UTCTimeZone());
}

TEST(TimeTest, EncodesUtcTimeUntil2049AndGeneralizedTimeFrom2050) {
  EXPECT_EQ(EncodeTime(Utc(2049, 12, 31, 23, 59, 59)),
            "\x17\x0d"
            "491231235959Z");
  EXPECT_EQ(EncodeTime(Utc(2050, 1, 1, 0, 0, 0)),
            "\x18\x0f"
            "20500101000000Z");
  EXPECT_EQ(EncodeTime(FirstTime()),
            "\x17\x0d"
            "500101000000Z");
  EXPECT_EQ(EncodeTime(LastTime()),
            "\x18\x0f"
            "99991231235959Z");
}

TEST(TimeTest, ReadsWhatItWrites) {
  for (const absl::Time time :
       {FirstTime(), Utc(2000, 2, 29, 12, 30, 1), Utc(2049, 12, 31, 23, 59, 59),
        Utc(2050, 1, 1, 0, 0, 0), LastTime()}) {
    const Bytes der = EncodeTime(time);
    EXPECT_EQ(ParseTime(Tag{View(der)[0]}, View(der).subspan(2)), time);
  }
}

// The dates of Abseil, which reads them here.
TEST(TimeTest, KnowsEveryDay) {
  absl::CivilDay day(1950, 1, 1);
  absl::Time time = FirstTime();
  for (uint64_t i = 0; time < LastTime(); ++i, ++day, time += absl::Hours(24)) {
    const absl::Duration of_day = absl::Seconds(i * 7919 % 86400);
    const Bytes der = EncodeTime(time + of_day);
    const Tag tag = View(der)[0];
    ASSERT_EQ(tag, day.year() < 2050 ? kUtcTime : kGeneralizedTime) << day;
    ASSERT_EQ(ParseTime(tag, View(der).subspan(2)), time + of_day) << day;
  }
  EXPECT_EQ(day, absl::CivilDay(10000, 1, 1));
}

TEST(TimeTest, WritesWhatAbseilWrites) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<int64_t> milliseconds(
      absl::ToUnixMillis(FirstTime()), absl::ToUnixMillis(LastTime()));
  for (int i = 0; i < 100000; ++i) {
    const absl::Time time = absl::FromUnixMillis(milliseconds(random));
    const auto text = [&](const char* format) {
      return absl::FormatTime(format, time, absl::UTCTimeZone());
    };
    const std::string generalized = text("\x18\x0f%E4Y%m%d%H%M%SZ");
    const bool utc = time < Utc(2050, 1, 1, 0, 0, 0);
    ASSERT_EQ(EncodeGeneralizedTime(time), generalized);
    ASSERT_EQ(EncodeTime(time),
              utc ? text("\x17\x0d%y%m%d%H%M%SZ") : generalized);
  }
}

TEST(TimeTest, WritesAGeneralizedTimeInEveryYear) {
  for (const absl::Time time : {FirstTime(), Utc(2049, 12, 31, 23, 59, 59),
                                Utc(2050, 1, 1, 0, 0, 0), LastTime()}) {
    const Bytes der = EncodeGeneralizedTime(time);
    EXPECT_EQ(Tag{View(der)[0]}, kGeneralizedTime);
    EXPECT_EQ(ParseTime(kGeneralizedTime, View(der).subspan(2)), time);
  }
}

TEST(TimeTest, PivotsUtcTimeAt1950) {
  EXPECT_EQ(ParseTime(kUtcTime, View("500101000000Z")),
            Utc(1950, 1, 1, 0, 0, 0));
  EXPECT_EQ(ParseTime(kUtcTime, View("491231235959Z")),
            Utc(2049, 12, 31, 23, 59, 59));
}

TEST(TimeTest, RefusesOtherFormsAndDatesThatDoNotExist) {
  for (const char* text :
       {"4912312359Z", "491231235959", "491231235959+0000", "491331235959Z",
        "490229000000Z", "490100000000Z", "490101240000Z", "490101006000Z",
        "490101000060Z", "49010100000aZ", "491231235959z", ""}) {
    EXPECT_EQ(ParseTime(kUtcTime, View(text)), std::nullopt) << text;
  }
  for (const char* text : {"20500101000000", "20500101000000.5Z",
                           "20500229000000Z", "205001010000Z"}) {
    EXPECT_EQ(ParseTime(kGeneralizedTime, View(text)), std::nullopt) << text;
  }
  EXPECT_EQ(ParseTime(kInteger, View("500101000000Z")), std::nullopt);
}

}  // namespace
}  // namespace pki::der
