// Columns of the audit report, in JSON and in CSV.
#include "pki/audit/report.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/base/wire_name.h"
#include "pki/store/record.h"
#include "pki/x509/certificate.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

// In the order of the report. JSON leaves out what is optional and not there.
struct Column {
  absl::string_view name;
  bool is_optional = false;
};
constexpr std::array<Column, 11> kColumns = {{
    {"awsAccountId"},
    {"requestedByServicePrincipal", true},
    {"certificateArn"},
    {"serial"},
    {"subject"},
    {"notBefore"},
    {"notAfter"},
    {"issuedAt"},
    {"revokedAt", true},
    {"revocationReason", true},
    {"templateArn"},
}};
using Values = std::array<std::string, kColumns.size()>;

// "2020-03-02T21:43:57+0000"
std::string ShowTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S+0000", time, absl::UTCTimeZone());
}

absl::StatusOr<Values> ValuesOf(const ReportedCertificate& reported) {
  const v1::CertificateRecord& record = reported.certificate;
  const auto certificate = Certificate::Parse(View(record.certificate()), "");
  if (!certificate.ok()) return DamagedRecord(reported.arn);
  const TbsCertificate& tbs = certificate->tbs();
  const bool is_revoked = reported.revocation.has_revoked_at();
  return Values{
      reported.audit.account(),
      reported.audit.service_principal(),
      reported.arn,
      SerialWithColons(tbs.serial),
      NameToRfc2253(tbs.subject),
      ShowTime(tbs.not_before),
      ShowTime(tbs.not_after),
      ShowTime(FromTimestamp(record.issued_at())),
      is_revoked ? ShowTime(FromTimestamp(reported.revocation.revoked_at()))
                 : "",
      is_revoked ? WireNameOf(reported.revocation.reason()) : "",
      record.template_arn(),
  };
}

std::string JsonRow(const Values& values) {
  nlohmann::ordered_json row;
  for (size_t i = 0; i < kColumns.size(); ++i) {
    if (kColumns[i].is_optional && values[i].empty()) continue;
    row[std::string(kColumns[i].name)] = values[i];
  }
  return row.dump();
}

// RFC 4180; as in the service's reports, a subject is always quoted.
std::string CsvField(absl::string_view column, absl::string_view value) {
  if (column != "subject" && value.find_first_of("\",\r\n") == value.npos) {
    return std::string(value);
  }
  return absl::StrCat("\"", absl::StrReplaceAll(value, {{"\"", "\"\""}}), "\"");
}

std::string CsvRow(const Values& values) {
  std::string row;
  for (size_t i = 0; i < kColumns.size(); ++i) {
    absl::StrAppend(&row, i == 0 ? "" : ",",
                    CsvField(kColumns[i].name, values[i]));
  }
  return absl::StrCat(row, "\n");
}

std::string CsvHead() {
  return absl::StrCat(absl::StrJoin(kColumns, ",",
                                    [](std::string* out, const Column& column) {
                                      absl::StrAppend(out, column.name);
                                    }),
                      "\n");
}

}  // namespace

absl::string_view ReportText::content_type() const {
  return is_json_ ? "application/json" : "text/csv";
}

absl::string_view ReportText::suffix() const {
  return is_json_ ? "json" : "csv";
}

std::string ReportText::Head() const { return is_json_ ? "[" : CsvHead(); }

absl::StatusOr<std::string> ReportText::Row(
    const ReportedCertificate& certificate) {
  PKI_ASSIGN_OR_RETURN(const Values values, ValuesOf(certificate));
  if (!is_json_) return CsvRow(values);
  const absl::string_view separator =
      std::exchange(has_rows_, true) ? ",\n" : "\n";
  return absl::StrCat(separator, JsonRow(values));
}

std::string ReportText::Tail() const { return is_json_ ? "\n]\n" : ""; }

}  // namespace pki
