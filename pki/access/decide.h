// Who may call what.
#ifndef PKI_ACCESS_DECIDE_H_
#define PKI_ACCESS_DECIDE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pki/access/policy.h"
#include "pki/access/principal.h"
#include "proto/store.pb.h"

namespace pki {

// What is asked for.
struct Access {
  absl::string_view action;  // "IssueCertificate"
  absl::string_view ca_arn;
  absl::string_view owner;  // the CA's account
  // With which a certificate is issued; empty for every other action.
  absl::string_view template_arn;
};

// What decides.
enum class Ground {
  kOwnership,   // who owns a CA may do everything with it
  kPermission,  // a service acts for an account: CreatePermission
  kPolicy,      // another account: PutPolicy
};
Ground GroundFor(const Caller& caller, absl::string_view owner);

// Of a caller that passed CheckCaller(). `policy` and `permission`, that of the
// caller's principal for the caller's account, are those of the CA; null where
// there is none, or where the ground is another.
//
// Errors: REASON_ACCESS_DENIED, at what the statement that came closest lacks
// ("Policy.Statement[1].Condition.StringEquals.acm-pca:TemplateArn"), or at
// "Policy" or "Permission" where there is none.
absl::Status Decide(const Caller& caller, const Access& access,
                    const Policy* policy,
                    const v1::PermissionRecord* permission);

}  // namespace pki

#endif  // PKI_ACCESS_DECIDE_H_
