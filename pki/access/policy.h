// The resource policy of a CA: who of other accounts may do what with it.
#ifndef PKI_ACCESS_POLICY_H_
#define PKI_ACCESS_POLICY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/access/principal.h"

namespace pki {

// The conditions that a policy can have, each with its operator.
enum class ConditionKey {
  kTemplate,      // StringEquals acm-pca:TemplateArn
  kOrganization,  // StringEquals aws:PrincipalOrgID
  kNotAccount,    // StringNotEquals aws:PrincipalAccount
};

// "StringEquals.acm-pca:TemplateArn"
absl::string_view NameOf(ConditionKey key);

struct Condition {
  ConditionKey key;
  // At least one. Any of them will do, or, for kNotAccount, none may.
  std::vector<std::string> values;
};

// What allows: whoever is one of the principals may do each of the actions with
// each of the resources when all conditions hold. No list but `conditions` is
// empty.
struct Statement {
  std::vector<Principal> principals;
  std::vector<std::string> actions;  // "IssueCertificate"
  std::vector<std::string> resources;
  std::vector<Condition> conditions;
};

struct Policy {
  std::vector<Statement> statements;
};

// Reads a policy of whatever statements. Strict: nothing is passed over. The
// caller bounds the size. Errors: REASON_POLICY_* with the path of what is to
// blame, under "Policy".
absl::StatusOr<Policy> ParsePolicy(absl::string_view json);

// Whether a policy has the form that User Guide: resource-based policies
// prescribes for the CA with this ARN: one statement for reading, one for
// issuing with some of the templates that can be shared; and one more for
// revoking, which the service's own customers get by AWS RAM
// (AWSRAMRevokeCertificateCertificateAuthority). In any order. Errors: as
// above.
absl::Status CheckForm(const Policy& policy, absl::string_view ca_arn);

// What names a template in whatever partition: its ARN without the beginning.
absl::string_view TemplateKey(absl::string_view template_arn);

}  // namespace pki

#endif  // PKI_ACCESS_POLICY_H_
