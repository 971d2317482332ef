// Validity: arithmetic, forms and rules, one second to each side of a boundary.
#include "pki/policy/validity.h"

#include <limits>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

constexpr auto kDays = v1::VALIDITY_PERIOD_TYPE_DAYS;
constexpr auto kMonths = v1::VALIDITY_PERIOD_TYPE_MONTHS;
constexpr auto kYears = v1::VALIDITY_PERIOD_TYPE_YEARS;
constexpr auto kAbsolute = v1::VALIDITY_PERIOD_TYPE_ABSOLUTE;
constexpr auto kEndDate = v1::VALIDITY_PERIOD_TYPE_END_DATE;

constexpr char kValue[] = "Request.Validity.Value";
constexpr char kNotBeforeValue[] = "Request.ValidityNotBefore.Value";

// "2026-01-31 12:00:00", a fraction allowed.
absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, &time, &error))
      << text << ": " << error;
  return time;
}

std::string ToText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, absl::UTCTimeZone());
}

v1::Validity Make(v1::ValidityPeriodType type, int64_t value) {
  v1::Validity validity;
  validity.set_type(type);
  validity.set_value(value);
  return validity;
}

// A request of a common kind; a case changes what it is about.
struct Request {
  v1::ValidityPeriodType type = kDays;
  int64_t value = 1;
  std::optional<v1::Validity> not_before;
  std::string issued = "2026-01-31 12:00:00";
  v1::CertificateKind kind = v1::CERTIFICATE_KIND_END_ENTITY;
  std::string issuer_ends = "9999-12-31 23:59:59";
  bool short_lived = false;
};

absl::StatusOr<ValidityPeriod> Resolve(const Request& request) {
  const v1::Validity validity = Make(request.type, request.value);
  return ResolveValidity(
      {validity, request.not_before ? &*request.not_before : nullptr,
       At(request.issued), request.kind, At(request.issuer_ends),
       request.short_lived
           ? v1::CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE
           : v1::CERTIFICATE_AUTHORITY_USAGE_MODE_GENERAL_PURPOSE});
}

void ExpectRefused(const Request& request, v1::Reason reason,
                   const std::string& field) {
  const v1::ErrorDetail detail = DetailOf(Resolve(request).status());
  EXPECT_EQ(detail.reason(), reason) << detail.message();
  EXPECT_EQ(detail.field(), field);
  const bool against_ca = reason >= v1::REASON_VALIDITY_EXCEEDS_ISSUER;
  EXPECT_EQ(detail.code(),
            against_ca ? v1::VALIDATION_EXCEPTION : v1::INVALID_ARGS_EXCEPTION);
}

TEST(ValidityTest, EndsWhereTheRequestSays) {
  const struct {
    std::string issued;
    v1::ValidityPeriodType type;
    int64_t value;
    std::string ends;
  } cases[] = {
      // Days.
      {"2026-01-31 12:00:00", kDays, 1, "2026-02-01 12:00:00"},
      {"2020-10-12 12:34:54", kDays, 90, "2021-01-10 12:34:54"},
      {"2024-02-28 00:00:00", kDays, 1, "2024-02-29 00:00:00"},
      {"2023-02-28 00:00:00", kDays, 1, "2023-03-01 00:00:00"},
      {"2024-01-01 00:00:00", kDays, 366, "2025-01-01 00:00:00"},
      {"2016-12-31 23:59:59", kDays, 1, "2017-01-01 23:59:59"},
      // Months, clamped to the last day.
      {"2026-01-31 12:00:00", kMonths, 1, "2026-02-28 12:00:00"},
      {"2024-01-31 12:00:00", kMonths, 1, "2024-02-29 12:00:00"},
      {"2026-01-28 12:00:00", kMonths, 1, "2026-02-28 12:00:00"},
      {"2026-01-31 12:00:00", kMonths, 2, "2026-03-31 12:00:00"},
      {"2026-03-31 12:00:00", kMonths, 1, "2026-04-30 12:00:00"},
      {"2026-12-31 23:59:59", kMonths, 1, "2027-01-31 23:59:59"},
      {"2026-12-31 23:59:59", kMonths, 2, "2027-02-28 23:59:59"},
      {"2026-01-31 12:00:00", kMonths, 1200, "2126-01-31 12:00:00"},
      // Years, with leap days: 2000 was a leap year, 2100 will be none.
      {"2024-02-29 12:00:00", kYears, 1, "2025-02-28 12:00:00"},
      {"2024-02-29 12:00:00", kYears, 4, "2028-02-29 12:00:00"},
      {"2096-02-29 12:00:00", kYears, 4, "2100-02-28 12:00:00"},
      {"1996-02-29 12:00:00", kYears, 4, "2000-02-29 12:00:00"},
      {"2026-01-31 12:00:00", kYears, 10, "2036-01-31 12:00:00"},
      // The change from UTCTime to GeneralizedTime.
      {"2026-12-31 23:59:59", kYears, 23, "2049-12-31 23:59:59"},
      {"2026-12-31 23:59:59", kDays, 8402, "2050-01-01 23:59:59"},
      // The last second that there is.
      {"2026-12-31 23:59:59", kYears, 7973, "9999-12-31 23:59:59"},
      {"2026-12-31 23:59:59", kMonths, 95676, "9999-12-31 23:59:59"},
      {"9999-12-30 23:59:59", kDays, 1, "9999-12-31 23:59:59"},
      {"2026-01-31 12:00:00", kAbsolute, 253402300799, "9999-12-31 23:59:59"},
      {"2026-01-31 12:00:00", kEndDate, 99991231235959, "9999-12-31 23:59:59"},
      // Points in time; the first two are the API Reference's samples.
      {"2026-01-31 12:00:00", kAbsolute, 2524608000, "2050-01-01 00:00:00"},
      {"2026-01-31 12:00:00", kEndDate, 491231235959, "2049-12-31 23:59:59"},
      {"2026-01-31 12:00:00", kAbsolute, 2524607999, "2049-12-31 23:59:59"},
      {"2026-01-31 12:00:00", kAbsolute, 1769860801, "2026-01-31 12:00:01"},
      {"2026-01-31 12:00:00", kEndDate, 260131120001, "2026-01-31 12:00:01"},
      {"2026-01-31 12:00:00", kEndDate, 20491231235959, "2049-12-31 23:59:59"},
      {"2026-01-31 12:00:00", kEndDate, 20500101000000, "2050-01-01 00:00:00"},
      {"2026-01-31 12:00:00", kEndDate, 20280229000000, "2028-02-29 00:00:00"},
      // A year below 10, and the year 2000: the number lost zeros.
      {"1999-01-01 00:00:00", kEndDate, 50101000000, "2005-01-01 00:00:00"},
      {"1999-01-01 00:00:00", kEndDate, 101000000, "2000-01-01 00:00:00"},
      {"1970-01-01 00:00:00", kEndDate, 991231235959, "1999-12-31 23:59:59"},
      // A fraction of a second is dropped before anything is counted.
      {"2026-01-31 12:00:00.999", kDays, 1, "2026-02-01 12:00:00"},
      {"2026-01-31 12:00:00.999", kAbsolute, 1769860801, "2026-01-31 12:00:01"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(&one - cases);
    Request request;
    request.issued = one.issued;
    request.type = one.type;
    request.value = one.value;
    const auto period = Resolve(request);
    ASSERT_TRUE(period.ok()) << period.status();
    EXPECT_EQ(ToText(period->not_after), one.ends);
  }
}

TEST(ValidityTest, BeginsAnHourBeforeUnlessToldOtherwise) {
  Request request;
  EXPECT_EQ(ToText(Resolve(request)->not_before), "2026-01-31 11:00:00");
  request.issued = "2026-01-31 12:00:00.999";
  EXPECT_EQ(ToText(Resolve(request)->not_before), "2026-01-31 11:00:00");

  // Past and future; the end stays where it was.
  for (const char* begin :
       {"1970-01-01 00:00:01", "2026-01-31 12:00:00", "2026-02-01 11:59:59"}) {
    request.not_before = Make(kAbsolute, absl::ToUnixSeconds(At(begin)));
    const auto period = Resolve(request);
    ASSERT_TRUE(period.ok()) << period.status();
    EXPECT_EQ(ToText(period->not_before), begin);
    EXPECT_EQ(ToText(period->not_after), "2026-02-01 12:00:00");
  }
}

TEST(ValidityTest, RefusesDatesThatDoNotExist) {
  for (const int64_t value : {
           int64_t{-1},
           int64_t{0},
           int64_t{1},
           int64_t{270229000000},    // no leap year
           int64_t{21000229000000},  // no leap year either
           int64_t{270001000000},    // month 0
           int64_t{271301000000},
           int64_t{270100000000},  // day 0
           int64_t{270132000000},
           int64_t{270431000000},
           int64_t{270101240000},
           int64_t{270101006000},
           int64_t{270101000060},
           int64_t{2027010100000},    // 13 digits
           int64_t{202701010000000},  // 15 digits
           kMin,
           kMax,
       }) {
    SCOPED_TRACE(value);
    Request request;
    request.type = kEndDate;
    request.value = value;
    ExpectRefused(request, v1::REASON_VALIDITY_DATE, kValue);
  }
}

TEST(ValidityTest, RefusesTimesThatCertificatesCannotHold) {
  const struct {
    std::string issued;
    v1::ValidityPeriodType type;
    int64_t value;
  } cases[] = {
      {"9999-12-31 00:00:00", kDays, 1},
      {"2027-01-01 00:00:00", kYears, 7973},
      {"2027-01-01 00:00:00", kMonths, 95676},
      {"2026-01-31 12:00:00", kAbsolute, 253402300800},
      {"2026-01-31 12:00:00", kDays, kMax},
      {"2026-01-31 12:00:00", kMonths, kMax},
      {"2026-01-31 12:00:00", kYears, kMax},
      {"2026-01-31 12:00:00", kAbsolute, kMax},
      {"2026-01-31 12:00:00", kDays, kMin},
      {"2026-01-31 12:00:00", kMonths, kMin},
      {"2026-01-31 12:00:00", kYears, kMin},
      {"2026-01-31 12:00:00", kAbsolute, kMin},
      {"2026-01-31 12:00:00", kAbsolute, -631152001},  // 1949
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(&one - cases);
    Request request;
    request.issued = one.issued;
    request.type = one.type;
    request.value = one.value;
    ExpectRefused(request, v1::REASON_VALIDITY_RANGE, kValue);
  }
  for (const int64_t begin :
       {kMin, int64_t{-631152001}, int64_t{253402300800}, kMax}) {
    SCOPED_TRACE(begin);
    Request request;
    request.not_before = Make(kAbsolute, begin);
    ExpectRefused(request, v1::REASON_VALIDITY_RANGE, kNotBeforeValue);
  }
  Request request;
  request.not_before = Make(kAbsolute, -631152000);  // the first of 1950
  EXPECT_TRUE(Resolve(request).ok());
}

TEST(ValidityTest, RefusesWhatHasEnded) {
  const struct {
    v1::ValidityPeriodType type;
    int64_t value;
  } cases[] = {
      {kAbsolute, 1769860800},  // the second of the issue
      {kAbsolute, 1769860799},
      {kAbsolute, 1},
      {kAbsolute, 0},
      {kEndDate, 260131120000},
      {kEndDate, 20260131120000},
      {kEndDate, 500101000000},  // 1950, not 2050
      {kDays, 0},
      {kMonths, -1},
      {kYears, 0},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(&one - cases);
    Request request;
    request.type = one.type;
    request.value = one.value;
    ExpectRefused(request, v1::REASON_VALIDITY_ENDED, kValue);
    request.kind = v1::CERTIFICATE_KIND_ROOT_CA;
    ExpectRefused(request, v1::REASON_VALIDITY_ENDED, kValue);
  }
}

TEST(ValidityTest, RefusesToBeginAtItsEnd) {
  Request request;  // ends 2026-02-01 12:00:00
  const int64_t end = absl::ToUnixSeconds(At("2026-02-01 12:00:00"));
  request.not_before = Make(kAbsolute, end - 1);
  EXPECT_TRUE(Resolve(request).ok());
  for (const int64_t begin : {end, end + 1}) {
    request.not_before = Make(kAbsolute, begin);
    ExpectRefused(request, v1::REASON_VALIDITY_ORDER, kNotBeforeValue);
  }
}

TEST(ValidityTest, BeginsAtAbsoluteTimesOnly) {
  for (const auto type : {kDays, kMonths, kYears, kEndDate}) {
    Request request;
    request.not_before = Make(type, 260101000000);
    ExpectRefused(request, v1::REASON_VALIDITY_NOT_BEFORE_TYPE,
                  "Request.ValidityNotBefore.Type");
  }
}

TEST(ValidityTest, EndsNoLaterThanTheIssuer) {
  // The certificate ends 2026-02-01 12:00:00.
  const struct {
    v1::CertificateKind kind;
    const char* issuer_ends;
    v1::Reason reason;
  } cases[] = {
      {v1::CERTIFICATE_KIND_END_ENTITY, "2026-02-01 12:00:01",
       v1::REASON_UNSPECIFIED},
      {v1::CERTIFICATE_KIND_END_ENTITY, "2026-02-01 12:00:00",
       v1::REASON_UNSPECIFIED},
      {v1::CERTIFICATE_KIND_END_ENTITY, "2026-02-01 11:59:59",
       v1::REASON_VALIDITY_EXCEEDS_ISSUER},
      {v1::CERTIFICATE_KIND_SUBORDINATE_CA, "2026-02-01 12:00:01",
       v1::REASON_UNSPECIFIED},
      {v1::CERTIFICATE_KIND_SUBORDINATE_CA, "2026-02-01 12:00:00",
       v1::REASON_VALIDITY_CA_EXCEEDS_ISSUER},
      {v1::CERTIFICATE_KIND_SUBORDINATE_CA, "2026-02-01 11:59:59",
       v1::REASON_VALIDITY_CA_EXCEEDS_ISSUER},
      {v1::CERTIFICATE_KIND_ROOT_CA, "2026-02-01 11:59:59",
       v1::REASON_UNSPECIFIED},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(&one - cases);
    Request request;
    request.kind = one.kind;
    request.issuer_ends = one.issuer_ends;
    if (one.reason == v1::REASON_UNSPECIFIED) {
      EXPECT_TRUE(Resolve(request).ok());
    } else {
      ExpectRefused(request, one.reason, kValue);
    }
  }
}

TEST(ValidityTest, ShortLivedMeansSevenDays) {
  Request request;
  request.short_lived = true;
  request.value = 7;  // the backdating does not count
  EXPECT_TRUE(Resolve(request).ok());
  request.value = 8;
  ExpectRefused(request, v1::REASON_VALIDITY_SHORT_LIVED, kValue);
  request.kind = v1::CERTIFICATE_KIND_SUBORDINATE_CA;
  ExpectRefused(request, v1::REASON_VALIDITY_SHORT_LIVED, kValue);
  request.kind = v1::CERTIFICATE_KIND_ROOT_CA;
  EXPECT_TRUE(Resolve(request).ok());

  request = {};
  request.short_lived = true;
  request.type = kAbsolute;
  const int64_t issued = absl::ToUnixSeconds(At(request.issued));
  constexpr int64_t kSevenDays = 7 * 24 * 60 * 60;
  request.value = issued + kSevenDays;
  EXPECT_TRUE(Resolve(request).ok());
  request.value = issued + kSevenDays + 1;
  ExpectRefused(request, v1::REASON_VALIDITY_SHORT_LIVED, kValue);
  // A beginning that was asked for does count.
  request.not_before = Make(kAbsolute, issued + 1);
  EXPECT_TRUE(Resolve(request).ok());
  request.not_before = Make(kAbsolute, issued - 1);
  request.value = issued + kSevenDays;
  ExpectRefused(request, v1::REASON_VALIDITY_SHORT_LIVED, kValue);
}

}  // namespace
}  // namespace pki
