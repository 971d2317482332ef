// The names of principals.
#include "pki/access/principal.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr size_t kAccountSize = 12;
constexpr size_t kMinOrganizationSize = 10;
constexpr size_t kMaxOrganizationSize = 32;
constexpr absl::string_view kServices = ".amazonaws.com";
// arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
constexpr size_t kArnParts = 6;

// IAM User Guide: IAM and STS quotas.
bool IsName(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("+=,.@-_", c);
  });
}

bool IsServiceName(absl::string_view text) {
  return absl::ConsumeSuffix(&text, kServices) && !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) ||
                  absl::StrContains("-.", c);
         });
}

std::optional<Principal> ParseArn(absl::string_view arn) {
  const std::vector<absl::string_view> parts = absl::StrSplit(arn, ':');
  if (parts.size() != kArnParts || parts[0] != "arn" || parts[1].empty() ||
      !parts[3].empty() || !IsAccountId(parts[4])) {
    return std::nullopt;
  }
  Principal principal;
  principal.account = std::string(parts[4]);
  const std::vector<std::string> path = absl::StrSplit(parts[5], '/');
  if (!std::all_of(path.begin(), path.end(), IsName)) return std::nullopt;
  const bool is_iam = parts[2] == "iam";
  if (is_iam && path == std::vector<std::string>{"root"}) return principal;
  if (is_iam && path[0] == "user" && path.size() > 1) {
    principal.user = path.back();
    return principal;
  }
  if (is_iam && path[0] == "role" && path.size() > 1) {
    principal.role = path.back();
    return principal;
  }
  if (parts[2] == "sts" && path[0] == "assumed-role" && path.size() == 3) {
    principal.role = path[1];
    principal.session = path[2];
    return principal;
  }
  return std::nullopt;
}

}  // namespace

bool IsAccountId(absl::string_view text) {
  return text.size() == kAccountSize &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool IsOrganizationId(absl::string_view text) {
  return absl::ConsumePrefix(&text, "o-") &&
         text.size() >= kMinOrganizationSize &&
         text.size() <= kMaxOrganizationSize &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c);
         });
}

std::optional<Principal> ParsePrincipal(absl::string_view text) {
  if (text == "*") return Principal();
  if (!IsAccountId(text)) return ParseArn(text);
  Principal account;
  account.account = std::string(text);
  return account;
}

bool Covers(const Principal& granted, const Principal& principal) {
  const auto part = [&](std::string Principal::*name) {
    return (granted.*name).empty() || granted.*name == principal.*name;
  };
  return part(&Principal::account) && part(&Principal::user) &&
         part(&Principal::role) && part(&Principal::session);
}

std::string RootArn(absl::string_view partition, absl::string_view account) {
  return absl::StrCat("arn:", partition, ":iam::", account, ":root");
}

bool IsService(const Caller& caller) { return IsServiceName(caller.principal); }

absl::Status CheckCaller(const Caller& caller) {
  if (!IsAccountId(caller.account)) {
    return Refuse(v1::REASON_CALLER_ACCOUNT, "Caller.Account",
                  absl::StrCat("An account id has twelve digits, and ",
                               Quote(caller.account), " is none."));
  }
  const auto principal = ParseArn(caller.principal);
  if (!IsService(caller) &&
      (!principal.has_value() || principal->account != caller.account)) {
    return Refuse(v1::REASON_CALLER_PRINCIPAL, "Caller.Principal",
                  absl::StrCat(Quote(caller.principal),
                               " is neither the ARN of a root, a user, a role "
                               "or a session of account ",
                               caller.account, ", nor a service."));
  }
  if (!caller.organization.empty() && !IsOrganizationId(caller.organization)) {
    return Refuse(v1::REASON_CALLER_ORGANIZATION, "Caller.Organization",
                  absl::StrCat(Quote(caller.organization),
                               " is not the id of an organization: o- and 10 "
                               "to 32 lower-case letters and digits."));
  }
  return absl::OkStatus();
}

}  // namespace pki
