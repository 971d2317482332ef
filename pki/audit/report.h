// The audit report, as text: what the service puts into a bucket (User Guide:
// using audit reports with your private CA).
#ifndef PKI_AUDIT_REPORT_H_
#define PKI_AUDIT_REPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/service.pb.h"
#include "proto/store.pb.h"

namespace pki {

// What one certificate's row is made of.
struct ReportedCertificate {
  std::string arn;
  v1::AuditRecord audit;  // of when it was signed
  v1::CertificateRecord certificate;
  // The default instance for one that is not revoked.
  v1::RevocationRecord revocation;
};

// Writes a report piece by piece: head, rows, tail.
class ReportText {
 public:
  explicit ReportText(v1::AuditReportResponseFormat format)
      : is_json_(format == v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON) {}

  // "text/csv", say.
  absl::string_view content_type() const;
  // The end of a file's name: "csv".
  absl::string_view suffix() const;

  std::string Head() const;
  // Errors: REASON_RECORD_DAMAGED.
  absl::StatusOr<std::string> Row(const ReportedCertificate& certificate);
  std::string Tail() const;

 private:
  const bool is_json_;
  bool has_rows_ = false;
};

}  // namespace pki

#endif  // PKI_AUDIT_REPORT_H_
