// Statement by statement, and check by check within each: the one that passes
// most of its checks came closest.
#include "pki/access/decide.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pki/base/status.h"
#include "proto/options.pb.h"

namespace pki {
namespace {

// What a statement lacks to allow something.
struct Gap {
  size_t passed;      // checks before the one that failed
  std::string field;  // below the statement
  std::string text;
};

struct Question {
  const Caller& caller;
  Principal principal;
  const Access& access;
};

bool Any(const std::vector<std::string>& texts, absl::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Why the condition does not hold; none when it does. A caller without an
// organization, and an access without a template, equal nothing.
std::optional<std::string> WhyNot(const Condition& condition,
                                  const Question& question) {
  switch (condition.key) {
    case ConditionKey::kTemplate: {
      const absl::string_view given = TemplateKey(question.access.template_arn);
      if (!given.empty() &&
          std::any_of(condition.values.begin(), condition.values.end(),
                      [given](absl::string_view value) {
                        return TemplateKey(value) == given;
                      })) {
        return std::nullopt;
      }
      return absl::StrCat("is for the template ",
                          absl::StrJoin(condition.values, " or "), ", not for ",
                          Quote(question.access.template_arn));
    }
    case ConditionKey::kOrganization:
      if (!question.caller.organization.empty() &&
          Any(condition.values, question.caller.organization)) {
        return std::nullopt;
      }
      return absl::StrCat("is for the organization ",
                          absl::StrJoin(condition.values, " or "), ", not for ",
                          question.caller.organization.empty()
                              ? "a caller in none"
                              : question.caller.organization);
    case ConditionKey::kNotAccount:
      break;
  }
  if (!Any(condition.values, question.caller.account)) return std::nullopt;
  return absl::StrCat("is not for account ", question.caller.account);
}

// None when the statement allows what is asked for.
std::optional<Gap> GapOf(const Statement& statement, const Question& question) {
  size_t passed = 0;
  if (!Any(statement.actions, question.access.action)) {
    return Gap{
        passed, "Action",
        absl::StrCat("is about ", absl::StrJoin(statement.actions, ", "))};
  }
  ++passed;
  if (std::none_of(statement.principals.begin(), statement.principals.end(),
                   [&](const Principal& granted) {
                     return Covers(granted, question.principal);
                   })) {
    return Gap{passed, "Principal", "is for other principals"};
  }
  ++passed;
  if (!Any(statement.resources, question.access.ca_arn)) {
    return Gap{passed, "Resource", "is about another CA"};
  }
  for (const Condition& condition : statement.conditions) {
    ++passed;
    if (auto why = WhyNot(condition, question)) {
      return Gap{passed, absl::StrCat("Condition.", NameOf(condition.key)),
                 *std::move(why)};
    }
  }
  return std::nullopt;
}

// The service's own words, and more.
absl::Status Deny(const Caller& caller, const Access& access,
                  absl::string_view grantor, absl::string_view field,
                  absl::string_view more) {
  return Refuse(
      v1::REASON_ACCESS_DENIED, field,
      absl::StrCat("User: ", caller.principal,
                   " is not authorized to perform: acm-pca:", access.action,
                   " on resource: ", access.ca_arn, " because no ", grantor,
                   " allows the acm-pca:", access.action, " action", more));
}

absl::Status DecideByPolicy(const Caller& caller, const Access& access,
                            const Policy* policy) {
  const auto deny = [&](absl::string_view field, absl::string_view more) {
    return Deny(caller, access, "resource-based policy", field, more);
  };
  if (policy == nullptr || policy->statements.empty()) {
    return deny("Policy", " (the CA has no policy)");
  }
  const Question question{
      caller, ParsePrincipal(caller.principal).value_or(Principal()), access};
  std::optional<Gap> closest;  // the first of those that are equally close
  size_t index = 0;
  for (size_t i = 0; i < policy->statements.size(); ++i) {
    auto gap = GapOf(policy->statements[i], question);
    if (!gap.has_value()) return absl::OkStatus();
    if (!closest.has_value() || gap->passed > closest->passed) {
      closest = std::move(gap);
      index = i;
    }
  }
  const std::string statement = absl::StrCat("Statement[", index, "]");
  return deny(absl::StrCat("Policy.", statement, ".", closest->field),
              absl::StrCat(" (", statement, " comes closest, but ",
                           closest->text, ")"));
}

absl::Status DecideByPermission(const Caller& caller, const Access& access,
                                const v1::PermissionRecord* permission) {
  const auto deny = [&](absl::string_view field, absl::string_view more) {
    return Deny(caller, access, "permission", field, more);
  };
  if (permission == nullptr) {
    return deny("Permission", absl::StrCat(" (the CA has none for account ",
                                           caller.account, ")"));
  }
  for (const int action : permission->actions()) {
    const auto* const value =
        v1::ActionType_descriptor()->FindValueByNumber(action);
    if (value != nullptr &&
        value->options().GetExtension(v1::wire_name) == access.action) {
      return absl::OkStatus();
    }
  }
  return deny("Permission.Actions", "");
}

}  // namespace

Ground GroundFor(const Caller& caller, absl::string_view owner) {
  if (IsService(caller)) return Ground::kPermission;
  return caller.account == owner ? Ground::kOwnership : Ground::kPolicy;
}

absl::Status Decide(const Caller& caller, const Access& access,
                    const Policy* policy,
                    const v1::PermissionRecord* permission) {
  switch (GroundFor(caller, access.owner)) {
    case Ground::kOwnership:
      return absl::OkStatus();
    case Ground::kPermission:
      return DecideByPermission(caller, access, permission);
    case Ground::kPolicy:
      break;
  }
  return DecideByPolicy(caller, access, policy);
}

}  // namespace pki
