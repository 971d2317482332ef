// Civil arithmetic, then one rule after the other.
#include "pki/policy/validity.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/der/tag.h"
#include "pki/der/time.h"

namespace pki {
namespace {

constexpr char kValue[] = "Request.Validity.Value";
constexpr char kNotBeforeType[] = "Request.ValidityNotBefore.Type";
constexpr char kNotBeforeValue[] = "Request.ValidityNotBefore.Value";

// API Reference: IssueCertificate, ValidityNotBefore.
constexpr absl::Duration kBackdating = absl::Minutes(60);
// User Guide: short-lived-certificates.
constexpr absl::Duration kShortLife = absl::Hours(7 * 24);
// No span of more days than this, or months or years, ends by the year 9999.
constexpr int64_t kMaxSpan = 10000 * 366;

std::string ToText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

absl::Time AddMonths(absl::Time time, int64_t months) {
  const absl::CivilSecond from = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const absl::CivilMonth month = absl::CivilMonth(from) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return absl::FromCivil(
      absl::CivilSecond(month.year(), month.month(),
                        std::min(from.day(), last.day()), from.hour(),
                        from.minute(), from.second()),
      absl::UTCTimeZone());
}

// The date that a certificate would write with the same digits. A number has
// lost the zeros at its front, which only a UTCTime can have.
std::optional<absl::Time> ParseEndDate(int64_t value) {
  constexpr int64_t kTwelveDigits = 1'000'000'000'000;
  constexpr size_t kGeneralizedSize = 15;
  if (value < 0) return std::nullopt;
  const std::string text =
      absl::StrCat(absl::Dec(value, absl::kZeroPad12), "Z");
  if (value < kTwelveDigits) return der::ParseTime(der::kUtcTime, View(text));
  if (text.size() != kGeneralizedSize) return std::nullopt;
  return der::ParseTime(der::kGeneralizedTime, View(text));
}

// The end that a request asks for; later than the year 9999 for whatever is.
absl::StatusOr<absl::Time> NotAfter(const v1::Validity& validity,
                                    absl::Time issue) {
  const int64_t span = std::clamp(validity.value(), -kMaxSpan, kMaxSpan);
  switch (validity.type()) {
    case v1::VALIDITY_PERIOD_TYPE_DAYS:
      return issue + absl::Hours(24) * span;
    case v1::VALIDITY_PERIOD_TYPE_MONTHS:
      return AddMonths(issue, span);
    case v1::VALIDITY_PERIOD_TYPE_YEARS:
      return AddMonths(issue, span * 12);
    case v1::VALIDITY_PERIOD_TYPE_ABSOLUTE:
      return absl::FromUnixSeconds(validity.value());
    case v1::VALIDITY_PERIOD_TYPE_END_DATE:
      if (const auto date = ParseEndDate(validity.value())) return *date;
      return Refuse(v1::REASON_VALIDITY_DATE, kValue,
                    absl::StrCat(validity.value(),
                                 " is not a date: END_DATE is written "
                                 "YYMMDDHHMMSS or YYYYMMDDHHMMSS."));
    default:
      return Refuse(v1::REASON_INTERNAL, "Request.Validity.Type",
                    "The request was not validated.");
  }
}

absl::Status CheckRange(absl::Time time, absl::string_view field,
                        int64_t value) {
  if (time >= der::FirstTime() && time <= der::LastTime()) {
    return absl::OkStatus();
  }
  return Refuse(v1::REASON_VALIDITY_RANGE, field,
                absl::StrCat(value,
                             " leads to a time that a certificate cannot "
                             "hold; its years are 1950 to 9999."));
}

absl::Status CheckUsageMode(const ValidityTerms& terms, absl::Time begin,
                            absl::Time not_after) {
  if (terms.usage_mode !=
          v1::CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE ||
      not_after - begin <= kShortLife) {
    return absl::OkStatus();
  }
  return Refuse(
      v1::REASON_VALIDITY_SHORT_LIVED, kValue,
      absl::StrCat("The certificate would be valid until ", ToText(not_after),
                   "; a CA for short-lived certificates issues for "
                   "at most 7 days."));
}

absl::Status CheckIssuer(const ValidityTerms& terms, absl::Time not_after) {
  const bool is_ca = terms.kind == v1::CERTIFICATE_KIND_SUBORDINATE_CA;
  if (not_after < terms.issuer_not_after ||
      (!is_ca && not_after == terms.issuer_not_after)) {
    return absl::OkStatus();
  }
  return Refuse(
      is_ca ? v1::REASON_VALIDITY_CA_EXCEEDS_ISSUER
            : v1::REASON_VALIDITY_EXCEEDS_ISSUER,
      kValue,
      absl::StrCat("The certificate validity specified exceeds the certificate "
                   "authority validity: ",
                   ToText(not_after), is_ca ? " is not before " : " is after ",
                   ToText(terms.issuer_not_after), "."));
}

}  // namespace

absl::StatusOr<ValidityPeriod> ResolveValidity(const ValidityTerms& terms) {
  const absl::Time issue =
      absl::FromUnixSeconds(absl::ToUnixSeconds(terms.issue_time));
  PKI_ASSIGN_OR_RETURN(const absl::Time not_after,
                       NotAfter(terms.validity, issue));
  PKI_RETURN_IF_ERROR(CheckRange(not_after, kValue, terms.validity.value()));
  if (not_after <= issue) {
    return Refuse(
        v1::REASON_VALIDITY_ENDED, kValue,
        absl::StrCat("The certificate would end at ", ToText(not_after),
                     ", but it is issued at ", ToText(issue), "."));
  }

  absl::Time begin = issue;
  // Never before the first time that UTCTime can name.
  absl::Time not_before = std::max(issue - kBackdating, der::FirstTime());
  if (terms.not_before != nullptr) {
    if (terms.not_before->type() != v1::VALIDITY_PERIOD_TYPE_ABSOLUTE) {
      return Refuse(v1::REASON_VALIDITY_NOT_BEFORE_TYPE, kNotBeforeType,
                    "ValidityNotBefore takes the type ABSOLUTE only.");
    }
    begin = not_before = absl::FromUnixSeconds(terms.not_before->value());
    PKI_RETURN_IF_ERROR(
        CheckRange(not_before, kNotBeforeValue, terms.not_before->value()));
    if (not_after <= not_before) {
      return Refuse(
          v1::REASON_VALIDITY_ORDER, kNotBeforeValue,
          absl::StrCat("The certificate would begin at ", ToText(not_before),
                       ", which is not before its end at ", ToText(not_after),
                       "."));
    }
  }
  if (terms.kind != v1::CERTIFICATE_KIND_ROOT_CA) {
    PKI_RETURN_IF_ERROR(CheckUsageMode(terms, begin, not_after));
    PKI_RETURN_IF_ERROR(CheckIssuer(terms, not_after));
  }
  return ValidityPeriod{not_before, not_after};
}

}  // namespace pki
