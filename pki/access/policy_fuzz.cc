// Fuzzes policies: no text may crash their reading or their evaluation. What
// is allowed does not hang on the order of the statements, and none of them
// takes away what another gives; and nobody but the owner gets what no policy
// of the form can give.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "pki/access/decide.h"
#include "pki/access/policy.h"
#include "pki/access/principal.h"
#include "pki/base/status.h"

namespace {

constexpr absl::string_view kOwner = "111122223333";
constexpr absl::string_view kCa =
    "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/"
    "11223344-1234-4122-8233-112233445566";
constexpr absl::string_view kEndEntity =
    "arn:aws:acm-pca:::template/EndEntityCertificate/V1";

const pki::Caller kCallers[] = {
    {"777788889999", "arn:aws:iam::777788889999:root", "o-a1b2c3d4z5"},
    {"777788889999", "arn:aws:iam::777788889999:user/alice", ""},
    {"777788889999", "arn:aws:sts::777788889999:assumed-role/issuers/session",
     ""},
    {"444455556666", "arn:aws:iam::444455556666:root", "o-a1b2c3d4z5"},
};

bool MayDo(const pki::Caller& caller, absl::string_view action,
           absl::string_view template_arn, const pki::Policy& policy) {
  const absl::Status status = pki::Decide(
      caller, {action, kCa, kOwner, template_arn}, &policy, nullptr);
  if (!status.ok() && pki::ReasonOf(status) != pki::v1::REASON_ACCESS_DENIED) {
    std::abort();
  }
  return status.ok();
}

// Whether some statement alone allows it.
bool OneMayDo(const pki::Caller& caller, absl::string_view action,
              absl::string_view template_arn, const pki::Policy& policy) {
  return std::any_of(policy.statements.begin(), policy.statements.end(),
                     [&](const pki::Statement& statement) {
                       return MayDo(caller, action, template_arn,
                                    pki::Policy{{statement}});
                     });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto policy = pki::ParsePolicy(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!policy.ok()) return 0;
  const bool has_form = pki::CheckForm(*policy, kCa).ok();
  pki::Policy reversed = *policy;
  std::reverse(reversed.statements.begin(), reversed.statements.end());
  for (const pki::Caller& caller : kCallers) {
    for (const absl::string_view action :
         {"DescribeCertificateAuthority", "GetCertificate", "IssueCertificate",
          "ListPermissions", "PutPolicy", "RevokeCertificate"}) {
      const absl::string_view template_arn =
          action == "IssueCertificate" ? kEndEntity : absl::string_view();
      const bool may = MayDo(caller, action, template_arn, *policy);
      if (may != MayDo(caller, action, template_arn, reversed)) std::abort();
      if (may != OneMayDo(caller, action, template_arn, *policy)) std::abort();
      if (has_form && may && action == "PutPolicy") std::abort();
    }
    if (has_form &&
        MayDo(caller, "IssueCertificate",
              "arn:aws:acm-pca:::template/RootCACertificate/V1", *policy)) {
      std::abort();
    }
  }
  return 0;
}
