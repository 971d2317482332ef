// What the AWS CLI calls an operation or a member on the command line.
#ifndef PKI_CAPI_CLI_NAMES_H_
#define PKI_CAPI_CLI_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pkictl {

// "CreateCertificateAuthorityAuditReport" becomes
// "create-certificate-authority-audit-report", "S3BucketName" "s3-bucket-name",
// "ListARNs" "list-arns". ASCII alone.
std::string CliName(absl::string_view name);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_NAMES_H_
