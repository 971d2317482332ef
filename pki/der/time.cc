// UTCTime and GeneralizedTime.
#include "pki/der/time.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

namespace pki::der {
namespace {

// Two decimal digits at `at`; -1 when they are not digits.
int TwoDigits(ByteView text, size_t at) {
  if (!absl::ascii_isdigit(text[at]) || !absl::ascii_isdigit(text[at + 1])) {
    return -1;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

char* PutTwoDigits(uint32_t value, char* out) {
  *out++ = static_cast<char>('0' + value / 10);
  *out++ = static_cast<char>('0' + value % 10);
  return out;
}

// In UTC every day is as long as any other: no time zone is asked.
absl::Time FromUtc(absl::CivilSecond civil) {
  return absl::FromUnixSeconds(civil - absl::CivilSecond());
}

struct Date {
  uint32_t year;
  uint32_t month;
  uint32_t day;
};

// The date so many days after 0000-03-01. A year that begins in March has its
// leap day at its end; centuries, the years of a century, and months are of a
// regular length then, but for the last one.
Date DateAfter(uint32_t days) {
  constexpr uint32_t kFourCenturies = 146097;  // days
  constexpr uint32_t kFourYears = 1461;
  constexpr uint32_t kFiveMonths = 153;
  const uint32_t century = (4 * days + 3) / kFourCenturies;
  days -= kFourCenturies * century / 4;
  const uint32_t year = (4 * days + 3) / kFourYears;
  days -= kFourYears * year / 4;
  const uint32_t month = (5 * days + 2) / kFiveMonths;
  days -= (kFiveMonths * month + 2) / 5;
  const bool is_next_year = month >= 10;  // of those that begin in January
  return {100 * century + year + (is_next_year ? 1 : 0),
          is_next_year ? month - 9 : month + 3, days + 1};
}

// By integers alone, which is faster than civil time by far: a CRL has a time
// in each of its entries.
Bytes Encode(Tag tag, absl::Time time) {
  constexpr int64_t kDay = 86400;                    // seconds
  constexpr int64_t kMarchOfYear0 = -719468 * kDay;  // since 1970
  const auto seconds =
      static_cast<uint64_t>(absl::ToUnixSeconds(time) - kMarchOfYear0);
  const Date date = DateAfter(static_cast<uint32_t>(seconds / kDay));
  const auto second = static_cast<uint32_t>(seconds % kDay);
  char text[17];
  char* out = text;
  *out++ = static_cast<char>(tag);
  if (tag == kUtcTime) {
    *out++ = 13;
  } else {
    *out++ = 15;
    out = PutTwoDigits(date.year / 100, out);
  }
  for (const uint32_t part : {date.year % 100, date.month, date.day,
                              second / 3600, second / 60 % 60, second % 60}) {
    out = PutTwoDigits(part, out);
  }
  *out++ = 'Z';
  return Bytes(text, out - text);
}

}  // namespace

std::optional<absl::Time> ParseTime(Tag tag, ByteView contents) {
  size_t at = 0;
  int year = 0;
  if (tag == kUtcTime) {
    if (contents.size() != 13) return std::nullopt;
    const int short_year = TwoDigits(contents, 0);
    if (short_year < 0) return std::nullopt;
    year = short_year + (short_year >= 50 ? 1900 : 2000);
    at = 2;
  } else if (tag == kGeneralizedTime) {
    if (contents.size() != 15) return std::nullopt;
    const int century = TwoDigits(contents, 0);
    const int short_year = TwoDigits(contents, 2);
    if (century < 0 || short_year < 0) return std::nullopt;
    year = century * 100 + short_year;
    at = 4;
  } else {
    return std::nullopt;
  }
  int parts[5];
  for (int& part : parts) {
    part = TwoDigits(contents, at);
    at += 2;
  }
  if (contents[at] != 'Z') return std::nullopt;
  const absl::CivilSecond civil(year, parts[0], parts[1], parts[2], parts[3],
                                parts[4]);
  // A date that does not exist was moved to one that does.
  if (civil.year() != year || civil.month() != parts[0] ||
      civil.day() != parts[1] || civil.hour() != parts[2] ||
      civil.minute() != parts[3] || civil.second() != parts[4]) {
    return std::nullopt;
  }
  return FromUtc(civil);
}

Bytes EncodeTime(absl::Time time) {
  constexpr absl::Time kYear2050 = absl::FromUnixSeconds(2524608000);
  return Encode(time < kYear2050 ? kUtcTime : kGeneralizedTime, time);
}

Bytes EncodeGeneralizedTime(absl::Time time) {
  return Encode(kGeneralizedTime, time);
}

}  // namespace pki::der
