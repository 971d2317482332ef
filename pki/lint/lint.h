// Rules over a certificate that is finished but for its signature: what RFC
// 5280 and its companions demand, advise, or frown upon, and what the profiles
// that a template names add to that.
//
// They read the bytes that are about to be signed and know nothing of how those
// came to be, so that a mistake anywhere before them does not get a signature.
// A rule is a row of v1.Reason from 1500 on, which has its text and its source,
// and a function.
#ifndef PKI_LINT_LINT_H_
#define PKI_LINT_LINT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/lint/severity.h"
#include "proto/error.pb.h"
#include "proto/template.pb.h"

namespace pki {

// One rule that a certificate breaks.
struct Finding {
  v1::Reason reason;
  Severity severity;
  std::string field;    // "Certificate.subject[2.5.4.3]"
  std::string message;  // a sentence for a person
};

// Checks a TBSCertificate in DER against every rule of severity kError that
// always holds or is of one of the profiles. The refusal is that of the first
// one broken, in the order of AllRules(). Without profiles, and where it finds
// nothing, it allocates only for nameConstraints and old string types.
absl::Status LintTbs(ByteView tbs,
                     absl::Span<const v1::LintProfile> profiles = {});

// Every such rule, of any severity, that a TBSCertificate in DER breaks, in the
// order of AllRules(), each with the first place where it does. When the bytes
// are not a TBSCertificate, REASON_LINT_TBS alone.
std::vector<Finding> AllFindings(
    ByteView tbs, absl::Span<const v1::LintProfile> profiles = {});

// The rules in the order in which they are tried, after REASON_LINT_TBS.
struct RuleName {
  v1::Reason reason;
  Severity severity;
  bool of_profile;
};
std::vector<RuleName> AllRules();

}  // namespace pki

#endif  // PKI_LINT_LINT_H_
