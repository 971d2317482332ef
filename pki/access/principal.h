// Who calls, and whom a policy names.
#ifndef PKI_ACCESS_PRINCIPAL_H_
#define PKI_ACCESS_PRINCIPAL_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pki {

// Twelve digits.
bool IsAccountId(absl::string_view text);

// "o-" and 10 to 32 lower-case letters and digits (Organizations API Reference:
// Organization).
bool IsOrganizationId(absl::string_view text);

// Everybody in an account, or a part of them. What is empty is not narrowed
// down. Names are without their paths: IAM has each once in an account.
struct Principal {
  std::string account;
  std::string user;
  std::string role;
  std::string session;  // of the role
};

// Reads what policies and callers are named by (IAM User Guide: principal):
// "*", an account id, the ARN of an account's root, a user, a role, or a
// session of a role. None for anything else.
std::optional<Principal> ParsePrincipal(absl::string_view text);

// Whether `granted` names `principal`, or those that it belongs to.
bool Covers(const Principal& granted, const Principal& principal);

// Who calls.
struct Caller {
  std::string account;
  // An ARN of that account, or a service that acts for it
  // ("acm.amazonaws.com").
  std::string principal;
  // Empty for an account that is in none.
  std::string organization;
};

// The ARN that stands for the whole of an account.
std::string RootArn(absl::string_view partition, absl::string_view account);

// Whether it is a service that calls.
bool IsService(const Caller& caller);

// Errors: REASON_CALLER_ACCOUNT, REASON_CALLER_PRINCIPAL and
// REASON_CALLER_ORGANIZATION, under "Caller".
absl::Status CheckCaller(const Caller& caller);

}  // namespace pki

#endif  // PKI_ACCESS_PRINCIPAL_H_
