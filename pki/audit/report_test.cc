// The audit report, read by Python's json and csv modules.
#include "pki/audit/report.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/base/bytes.h"
#include "pki/base/timestamp.h"
#include "pki/crypto/private_key.h"
#include "pki/der/oid.h"
#include "pki/der/tag.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

constexpr auto kJson = v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON;
constexpr auto kCsv = v1::AUDIT_REPORT_RESPONSE_FORMAT_CSV;
const absl::Time kBegin = absl::FromUnixSeconds(1583185437);

ReportedCertificate Reported(const Bytes& subject,
                             absl::string_view serial = "\x0a\xbc") {
  TestCertificate certificate;
  certificate.serial = std::string(serial);
  certificate.issuer = TestName("Root");
  certificate.subject = subject;
  certificate.not_before = kBegin;
  certificate.not_after = kBegin + absl::Hours(24);
  certificate.spki = FixedKey(1).spki();
  ReportedCertificate reported;
  reported.arn = "arn:aws:acm-pca:us-east-1:111122223333:certificate/0abc";
  reported.audit.set_account("111122223333");
  reported.certificate.set_certificate(
      SignTestCertificate(certificate, FixedKey(2)));
  reported.certificate.set_template_arn(
      "arn:aws:acm-pca:::template/EndEntityCertificate/V1");
  *reported.certificate.mutable_issued_at() =
      ToTimestamp(kBegin + absl::Milliseconds(3600999));
  return reported;
}

ReportedCertificate RevokedByService(ReportedCertificate reported) {
  reported.audit.set_service_principal("acm.amazonaws.com");
  reported.revocation.set_reason(v1::REVOCATION_REASON_KEY_COMPROMISE);
  *reported.revocation.mutable_revoked_at() =
      ToTimestamp(kBegin + absl::Hours(2));
  return reported;
}

std::string Report(v1::AuditReportResponseFormat format,
                   const std::vector<ReportedCertificate>& certificates) {
  ReportText text(format);
  std::string report = text.Head();
  for (const ReportedCertificate& certificate : certificates) {
    const auto row = text.Row(certificate);
    EXPECT_THAT(row, IsOk());
    report += *row;
  }
  return report + text.Tail();
}

TEST(ReportTest, HasTheColumnsOfTheService) {
  const std::vector<ReportedCertificate> certificates = {
      Reported(TestName("a")), RevokedByService(Reported(TestName("b")))};
  EXPECT_EQ(
      Report(kJson, certificates),
      "[\n"
      R"({"awsAccountId":"111122223333",)"
      R"("certificateArn":"arn:aws:acm-pca:us-east-1:111122223333:certificate/)"
      R"(0abc","serial":"0a:bc","subject":"CN=a",)"
      R"("notBefore":"2020-03-02T21:43:57+0000",)"
      R"("notAfter":"2020-03-03T21:43:57+0000",)"
      R"("issuedAt":"2020-03-02T22:43:57+0000",)"
      R"("templateArn":"arn:aws:acm-pca:::template/EndEntityCertificate/V1"},)"
      "\n"
      R"({"awsAccountId":"111122223333",)"
      R"("requestedByServicePrincipal":"acm.amazonaws.com",)"
      R"("certificateArn":"arn:aws:acm-pca:us-east-1:111122223333:certificate/)"
      R"(0abc","serial":"0a:bc","subject":"CN=b",)"
      R"("notBefore":"2020-03-02T21:43:57+0000",)"
      R"("notAfter":"2020-03-03T21:43:57+0000",)"
      R"("issuedAt":"2020-03-02T22:43:57+0000",)"
      R"("revokedAt":"2020-03-02T23:43:57+0000",)"
      R"("revocationReason":"KEY_COMPROMISE",)"
      R"("templateArn":"arn:aws:acm-pca:::template/EndEntityCertificate/V1"})"
      "\n]\n");
  EXPECT_EQ(
      Report(kCsv, certificates),
      "awsAccountId,requestedByServicePrincipal,certificateArn,serial,subject,"
      "notBefore,notAfter,issuedAt,revokedAt,revocationReason,templateArn\n"
      "111122223333,,"
      "arn:aws:acm-pca:us-east-1:111122223333:certificate/0abc,0a:bc,"
      "\"CN=a\",2020-03-02T21:43:57+0000,2020-03-03T21:43:57+0000,"
      "2020-03-02T22:43:57+0000,,,"
      "arn:aws:acm-pca:::template/EndEntityCertificate/V1\n"
      "111122223333,acm.amazonaws.com,"
      "arn:aws:acm-pca:us-east-1:111122223333:certificate/0abc,0a:bc,"
      "\"CN=b\",2020-03-02T21:43:57+0000,2020-03-03T21:43:57+0000,"
      "2020-03-02T22:43:57+0000,2020-03-02T23:43:57+0000,KEY_COMPROMISE,"
      "arn:aws:acm-pca:::template/EndEntityCertificate/V1\n");
}

TEST(ReportTest, OfNothingIsAListOfNothing) {
  EXPECT_EQ(Report(kJson, {}), "[\n]\n");
  EXPECT_EQ(Report(kCsv, {}),
            "awsAccountId,requestedByServicePrincipal,certificateArn,serial,"
            "subject,notBefore,notAfter,issuedAt,revokedAt,revocationReason,"
            "templateArn\n");
}

TEST(ReportTest, SaysWhatItIs) {
  EXPECT_EQ(ReportText(kJson).content_type(), "application/json");
  EXPECT_EQ(ReportText(kJson).suffix(), "json");
  EXPECT_EQ(ReportText(kCsv).content_type(), "text/csv");
  EXPECT_EQ(ReportText(kCsv).suffix(), "csv");
}

TEST(ReportTest, RefusesWhatIsNoCertificate) {
  ReportedCertificate reported = Reported(TestName("a"));
  reported.certificate.set_certificate("damaged");
  EXPECT_THAT(ReportText(kJson).Row(reported),
              IsRefusal(v1::REASON_RECORD_DAMAGED));
}

// Reads both, and holds each against the other: they say the same, in the same
// order. Prints the subjects.
constexpr char kReadBoth[] = R"(
import csv, json, sys
optional = {"requestedByServicePrincipal", "revokedAt", "revocationReason"}
with open(sys.argv[1], encoding="utf-8") as file:
    objects = json.load(file)
with open(sys.argv[2], encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file, strict=True))
assert len(objects) == len(rows)
for one, row in zip(objects, rows):
    kept = {k: v for k, v in row.items() if v or k not in optional}
    assert list(kept.items()) == list(one.items()), (kept, one)
    sys.stdout.buffer.write(one["subject"].encode() + b"\0")
)";

TEST(ReportTest, IsReadByPythonAsItWasMeant) {
  constexpr absl::string_view kTexts[] = {
      "plain",
      "a, b",
      "quote \" and \"\"",
      "back\\slash",
      "semi;colon",
      "tab\tand\nnewline\r",
      "=1+1",
      "caf\xc3\xa9 \xf0\x9f\x94\x91",
      "</script>",
      "\xe2\x80\xa8 separator",
      " ",
      "nul\0l",
  };
  std::vector<ReportedCertificate> certificates;
  std::string expected;
  for (const absl::string_view text : kTexts) {
    const Bytes subject =
        EncodeName({{oid::kOrganization, der::kUtf8String, text},
                    {oid::kEmailAddress, der::kIa5String, "a@b"},
                    {oid::kCommonName, der::kUtf8String, text}});
    certificates.push_back(Reported(subject, "\x7f\xff\x01"));
    certificates.push_back(RevokedByService(Reported(subject, "\x01")));
    for (int i = 0; i < 2; ++i) {
      absl::StrAppend(&expected, NameToRfc2253(View(subject)),
                      absl::string_view("\0", 1));
    }
  }
  // No subject at all.
  certificates.push_back(Reported(EncodeName({})));
  expected.push_back('\0');
  const std::string json =
      WriteTestFile("report.json", Report(kJson, certificates));
  const std::string csv =
      WriteTestFile("report.csv", Report(kCsv, certificates));
  const ProgramResult python =
      RunProgram({"python3", "-c", kReadBoth, json, csv});
  EXPECT_EQ(python.exit_status, 0) << python.output;
  EXPECT_EQ(python.output, expected);
}

}  // namespace
}  // namespace pki
