// UTCTime and GeneralizedTime over absl's civil time.
#include "pki/der/time.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
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

char* PutTwoDigits(int value, char* out) {
  *out++ = static_cast<char>('0' + value / 10);
  *out++ = static_cast<char>('0' + value % 10);
  return out;
}

// In UTC every day is as long as any other: no time zone is asked.
absl::Time FromUtc(absl::CivilSecond civil) {
  return absl::FromUnixSeconds(civil - absl::CivilSecond());
}

Bytes Encode(Tag tag, absl::CivilSecond civil) {
  const int year = static_cast<int>(civil.year());
  const bool utc = tag == kUtcTime;
  char text[17];
  char* out = text;
  *out++ = static_cast<char>(tag);
  *out++ = utc ? 13 : 15;
  if (!utc) out = PutTwoDigits(year / 100, out);
  for (const int part : {year % 100, civil.month(), civil.day(), civil.hour(),
                         civil.minute(), civil.second()}) {
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
  const absl::CivilSecond civil =
      absl::ToCivilSecond(time, absl::UTCTimeZone());
  return Encode(civil.year() < 2050 ? kUtcTime : kGeneralizedTime, civil);
}

Bytes EncodeGeneralizedTime(absl::Time time) {
  return Encode(kGeneralizedTime,
                absl::ToCivilSecond(time, absl::UTCTimeZone()));
}

}  // namespace pki::der
