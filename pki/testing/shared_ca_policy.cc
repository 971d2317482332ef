// As text, which is how they come.
#include "pki/testing/shared_ca_policy.h"

#include "absl/strings/substitute.h"

namespace pki {

std::string PolicyForPrincipal(absl::string_view ca_arn,
                               absl::string_view principal) {
  return absl::Substitute(
      R"({"Version": "2012-10-17", "Statement": [
           {"Sid": "1", "Effect": "Allow", "Principal": {"AWS": "$1"},
            "Action": ["acm-pca:DescribeCertificateAuthority",
                       "acm-pca:GetCertificate",
                       "acm-pca:GetCertificateAuthorityCertificate",
                       "acm-pca:ListPermissions", "acm-pca:ListTags"],
            "Resource": "$0"},
           {"Sid": "1", "Effect": "Allow", "Principal": {"AWS": "$1"},
            "Action": ["acm-pca:IssueCertificate"], "Resource": "$0",
            "Condition": {"StringEquals": {"acm-pca:TemplateArn":
                "arn:aws:acm-pca:::template/EndEntityCertificate/V1"}}}]})",
      ca_arn, principal);
}

std::string PolicyForOrganization(absl::string_view ca_arn,
                                  absl::string_view organization,
                                  absl::string_view but_account) {
  return absl::Substitute(
      R"({"Version": "2012-10-17", "Statement": [
           {"Sid": "1", "Effect": "Allow", "Principal": "*",
            "Action": "acm-pca:IssueCertificate", "Resource": "$0",
            "Condition": {
              "StringEquals": {
                "acm-pca:TemplateArn":
                  "arn:aws:acm-pca:::template/EndEntityCertificate/V1",
                "aws:PrincipalOrgID": "$1"},
              "StringNotEquals": {"aws:PrincipalAccount": "$2"}}},
           {"Sid": "2", "Effect": "Allow", "Principal": "*",
            "Action": ["acm-pca:DescribeCertificateAuthority",
                       "acm-pca:GetCertificate",
                       "acm-pca:GetCertificateAuthorityCertificate",
                       "acm-pca:ListPermissions", "acm-pca:ListTags"],
            "Resource": "$0",
            "Condition": {
              "StringEquals": {"aws:PrincipalOrgID": "$1"},
              "StringNotEquals": {"aws:PrincipalAccount": "$2"}}}]})",
      ca_arn, organization, but_account);
}

}  // namespace pki
