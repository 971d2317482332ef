// The two policies of User Guide: resource-based policies, for tests.
#ifndef PKI_TESTING_SHARED_CA_POLICY_H_
#define PKI_TESTING_SHARED_CA_POLICY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pki {

// Reading, and issuing with EndEntityCertificate/V1, for a principal: an
// account id or an ARN.
std::string PolicyForPrincipal(absl::string_view ca_arn,
                               absl::string_view principal);

// The same for the accounts of an organization but one.
std::string PolicyForOrganization(absl::string_view ca_arn,
                                  absl::string_view organization,
                                  absl::string_view but_account);

}  // namespace pki

#endif  // PKI_TESTING_SHARED_CA_POLICY_H_
