// The language of policies, and the form that those of CAs have.
#include "pki/access/policy.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "pki/access/json_tree.h"
#include "pki/base/partition.h"
#include "pki/base/status.h"

namespace pki {
namespace {

using Json = nlohmann::json;

constexpr absl::string_view kVersion = "2012-10-17";
constexpr absl::string_view kActionPrefix = "acm-pca:";

struct Member {
  absl::string_view name;
  bool required;
};
constexpr Member kPolicyMembers[] = {{"Version", true}, {"Statement", true}};
constexpr Member kStatementMembers[] = {
    {"Sid", false},   {"Effect", true},   {"Principal", true},
    {"Action", true}, {"Resource", true}, {"Condition", false}};
constexpr Member kPrincipalMembers[] = {{"AWS", true}};

struct ConditionRow {
  ConditionKey key;
  absl::string_view name;  // the operator, a dot and the key
};
constexpr ConditionRow kConditions[] = {
    {ConditionKey::kTemplate, "StringEquals.acm-pca:TemplateArn"},
    {ConditionKey::kOrganization, "StringEquals.aws:PrincipalOrgID"},
    {ConditionKey::kNotAccount, "StringNotEquals.aws:PrincipalAccount"},
};

// The statements of the form.
struct Kind {
  absl::Span<const absl::string_view> actions;  // in order
  bool required;
  bool templates;  // whether it says which
};
constexpr absl::string_view kReading[] = {
    "DescribeCertificateAuthority", "GetCertificate",
    "GetCertificateAuthorityCertificate", "ListPermissions", "ListTags"};
constexpr absl::string_view kIssuing[] = {"IssueCertificate"};
constexpr absl::string_view kRevoking[] = {"RevokeCertificate"};
const Kind kKinds[] = {
    {kReading, true, false}, {kIssuing, true, true}, {kRevoking, false, false}};

// User Guide: resource-based policies; what AWS RAM's permissions for CAs are
// about.
constexpr absl::string_view kTemplates[] = {
    ":acm-pca:::template/EndEntityCertificate/V1",
    ":acm-pca:::template/EndEntityClientAuthCertificate/V1",
    ":acm-pca:::template/EndEntityServerAuthCertificate/V1",
    ":acm-pca:::template/BlankEndEntityCertificate_APIPassthrough/V1",
    ":acm-pca:::template/BlankEndEntityCertificate_APICSRPassthrough/V1",
    ":acm-pca:::template/SubordinateCACertificate_PathLen0/V1",
};

template <typename Range, typename Value>
bool Contains(const Range& range, const Value& value) {
  return std::find(std::begin(range), std::end(range), value) !=
         std::end(range);
}

std::string In(absl::string_view field, absl::string_view member) {
  return absl::StrCat(field, ".", member);
}

std::string At(absl::string_view field, size_t index) {
  return absl::StrCat(field, "[", index, "]");
}

absl::Status WrongType(absl::string_view field, absl::string_view expected) {
  return Refuse(v1::REASON_POLICY_MEMBER_TYPE, field,
                absl::StrCat("This member of a policy is ", expected, "."));
}

// An object with these members and no others.
absl::Status CheckMembers(const Json& value, absl::Span<const Member> members,
                          absl::string_view field) {
  if (!value.is_object()) return WrongType(field, "an object");
  for (const auto& item : value.items()) {
    if (std::none_of(members.begin(), members.end(), [&](const Member& member) {
          return member.name == item.key();
        })) {
      return Refuse(v1::REASON_POLICY_MEMBER_UNKNOWN, field,
                    absl::StrCat("The policy of a CA has no member ",
                                 Quote(item.key()), " here."));
    }
  }
  for (const Member& member : members) {
    if (member.required && !value.contains(std::string(member.name))) {
      return Refuse(v1::REASON_POLICY_MEMBER_MISSING, In(field, member.name),
                    absl::StrCat("The policy lacks ", member.name, " here."));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ToText(const Json& value, absl::string_view field) {
  if (!value.is_string()) return WrongType(field, "a string");
  return value.get<std::string>();
}

// A string, or a list of at least one.
absl::StatusOr<std::vector<std::string>> ToTexts(const Json& value,
                                                 absl::string_view field) {
  std::vector<std::string> texts;
  if (value.is_array() && !value.empty()) {
    for (size_t i = 0; i < value.size(); ++i) {
      PKI_ASSIGN_OR_RETURN(texts.emplace_back(),
                           ToText(value[i], At(field, i)));
    }
    return texts;
  }
  if (!value.is_string()) {
    return WrongType(field, "a string or a list of strings");
  }
  texts.push_back(value.get<std::string>());
  return texts;
}

absl::StatusOr<std::vector<Principal>> ToPrincipals(const Json& value,
                                                    absl::string_view field) {
  const bool is_text = value.is_string();
  std::string place(field);
  if (!is_text) {
    PKI_RETURN_IF_ERROR(CheckMembers(value, kPrincipalMembers, field));
    place = In(field, "AWS");
  }
  PKI_ASSIGN_OR_RETURN(const std::vector<std::string> texts,
                       ToTexts(is_text ? value : value["AWS"], place));
  std::vector<Principal> principals;
  for (const std::string& text : texts) {
    auto principal = ParsePrincipal(text);
    // Without AWS before it, only everybody is a principal.
    if (!principal.has_value() || (is_text && text != "*")) {
      return Refuse(v1::REASON_POLICY_PRINCIPAL, place,
                    absl::StrCat(Quote(text),
                                 " is no principal: give AWS an account id, "
                                 "or the ARN of a root, a user or a role."));
    }
    principals.push_back(*std::move(principal));
  }
  return principals;
}

absl::StatusOr<std::vector<std::string>> ToActions(const Json& value,
                                                   absl::string_view field) {
  PKI_ASSIGN_OR_RETURN(std::vector<std::string> actions, ToTexts(value, field));
  for (std::string& action : actions) {
    absl::string_view name = action;
    if (!absl::ConsumePrefix(&name, kActionPrefix)) {
      return Refuse(v1::REASON_POLICY_ACTION, field,
                    absl::StrCat(Quote(action), " is no action on a CA: they ",
                                 "begin with ", kActionPrefix, "."));
    }
    action = std::string(name);
  }
  return actions;
}

// Characters of a name that is not ours, in the path of a field.
constexpr size_t kMaxNameInPlace = 64;

const ConditionRow* FindCondition(absl::string_view name) {
  for (const ConditionRow& row : kConditions) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string ConditionNames() {
  return absl::StrJoin(kConditions, ", ",
                       [](std::string* out, const ConditionRow& row) {
                         absl::StrAppend(out, row.name);
                       });
}

absl::StatusOr<std::vector<Condition>> ToConditions(const Json& value,
                                                    absl::string_view field) {
  if (!value.is_object()) return WrongType(field, "an object");
  std::vector<Condition> conditions;
  for (const auto& by_operator : value.items()) {
    if (!by_operator.value().is_object()) {
      // The name is the caller's, whatever is in it.
      return WrongType(In(field, absl::CHexEscape(by_operator.key().substr(
                                     0, kMaxNameInPlace))),
                       "an object");
    }
    for (const auto& item : by_operator.value().items()) {
      const std::string name = In(by_operator.key(), item.key());
      const ConditionRow* const row = FindCondition(name);
      if (row == nullptr) {
        return Refuse(
            v1::REASON_POLICY_CONDITION, field,
            absl::StrCat(Quote(name), " is no condition for a CA: there are ",
                         ConditionNames(), "."));
      }
      PKI_ASSIGN_OR_RETURN(std::vector<std::string> values,
                           ToTexts(item.value(), In(field, name)));
      conditions.push_back({row->key, std::move(values)});
    }
  }
  return conditions;
}

absl::StatusOr<Statement> ToStatement(const Json& value,
                                      absl::string_view field) {
  PKI_RETURN_IF_ERROR(CheckMembers(value, kStatementMembers, field));
  if (value.contains("Sid")) {
    PKI_RETURN_IF_ERROR(ToText(value["Sid"], In(field, "Sid")).status());
  }
  const std::string effect_field = In(field, "Effect");
  PKI_ASSIGN_OR_RETURN(const std::string effect,
                       ToText(value["Effect"], effect_field));
  if (effect != "Allow") {
    return Refuse(v1::REASON_POLICY_EFFECT, effect_field,
                  "The effect of a statement is Allow; what no statement "
                  "allows is denied.");
  }
  Statement statement;
  PKI_ASSIGN_OR_RETURN(
      statement.principals,
      ToPrincipals(value["Principal"], In(field, "Principal")));
  PKI_ASSIGN_OR_RETURN(statement.actions,
                       ToActions(value["Action"], In(field, "Action")));
  PKI_ASSIGN_OR_RETURN(statement.resources,
                       ToTexts(value["Resource"], In(field, "Resource")));
  if (value.contains("Condition")) {
    PKI_ASSIGN_OR_RETURN(
        statement.conditions,
        ToConditions(value["Condition"], In(field, "Condition")));
  }
  return statement;
}

bool IsShared(absl::string_view template_arn) {
  const absl::string_view key = TemplateKey(template_arn);
  template_arn.remove_suffix(key.size());
  return Contains(kTemplates, key) &&
         absl::ConsumePrefix(&template_arn, "arn:") &&
         IsPartition(template_arn);
}

// The rule for the values of one condition.
struct ValueRule {
  v1::Reason reason;
  bool (*holds)(absl::string_view value);
  absl::string_view text;
};

ValueRule RuleFor(ConditionKey key) {
  switch (key) {
    case ConditionKey::kTemplate:
      return {v1::REASON_POLICY_TEMPLATE, IsShared,
              "is not the ARN of a template that can be shared"};
    case ConditionKey::kOrganization:
      return {v1::REASON_POLICY_ORGANIZATION, IsOrganizationId,
              "is not the id of an organization"};
    case ConditionKey::kNotAccount:
      break;
  }
  return {v1::REASON_POLICY_ACCOUNT, IsAccountId,
          "is not the id of an account"};
}

const Kind* KindOf(const Statement& statement) {
  std::vector<absl::string_view> actions(statement.actions.begin(),
                                         statement.actions.end());
  std::sort(actions.begin(), actions.end());
  for (const Kind& kind : kKinds) {
    if (kind.actions == absl::MakeSpan(actions)) return &kind;
  }
  return nullptr;
}

bool Has(const Statement& statement, ConditionKey key) {
  return std::any_of(
      statement.conditions.begin(), statement.conditions.end(),
      [key](const Condition& condition) { return condition.key == key; });
}

std::string ActionsOf(const Kind& kind) {
  return absl::StrCat(
      kActionPrefix,
      absl::StrJoin(kind.actions, absl::StrCat(", ", kActionPrefix)));
}

std::string AllActions() {
  return absl::StrJoin(kKinds, "; or ", [](std::string* out, const Kind& kind) {
    absl::StrAppend(out, ActionsOf(kind));
  });
}

absl::Status CheckStatement(const Statement& statement, const Kind& kind,
                            absl::string_view ca_arn, absl::string_view field) {
  const bool for_everybody = std::any_of(
      statement.principals.begin(), statement.principals.end(),
      [](const Principal& principal) { return principal.account.empty(); });
  if (for_everybody && !Has(statement, ConditionKey::kOrganization)) {
    return Refuse(v1::REASON_POLICY_EVERYBODY, In(field, "Principal"),
                  "A statement for everybody needs a condition that names an "
                  "organization: StringEquals aws:PrincipalOrgID.");
  }
  for (const std::string& resource : statement.resources) {
    if (resource != ca_arn) {
      return Refuse(
          v1::REASON_POLICY_RESOURCE, In(field, "Resource"),
          absl::StrCat("The resource is ", Quote(resource),
                       "; it must be the CA of this policy, ", ca_arn, "."));
    }
  }
  const std::string place = In(field, "Condition");
  if (Has(statement, ConditionKey::kTemplate) != kind.templates) {
    return Refuse(v1::REASON_POLICY_TEMPLATE_CONDITION, place,
                  kind.templates
                      ? "The statement of IssueCertificate needs a condition "
                        "on the template: StringEquals acm-pca:TemplateArn."
                      : "Only the statement of IssueCertificate has a "
                        "condition on the template.");
  }
  for (const Condition& condition : statement.conditions) {
    const ValueRule rule = RuleFor(condition.key);
    for (const std::string& value : condition.values) {
      if (rule.holds(value)) continue;
      return Refuse(rule.reason, In(place, NameOf(condition.key)),
                    absl::StrCat(Quote(value), " ", rule.text, "."));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view NameOf(ConditionKey key) {
  return std::find_if(std::begin(kConditions), std::end(kConditions),
                      [key](const ConditionRow& row) { return row.key == key; })
      ->name;
}

absl::string_view TemplateKey(absl::string_view template_arn) {
  const size_t begin = template_arn.find(":acm-pca:");
  return begin == absl::string_view::npos ? template_arn
                                          : template_arn.substr(begin);
}

absl::StatusOr<Policy> ParsePolicy(absl::string_view json) {
  PKI_ASSIGN_OR_RETURN(const Json tree, ReadJsonTree(json));
  if (!tree.is_object()) {
    return Refuse(v1::REASON_POLICY_JSON, "Policy",
                  "A policy is a JSON object.");
  }
  PKI_RETURN_IF_ERROR(CheckMembers(tree, kPolicyMembers, "Policy"));
  PKI_ASSIGN_OR_RETURN(const std::string version,
                       ToText(tree["Version"], "Policy.Version"));
  if (version != kVersion) {
    return Refuse(v1::REASON_POLICY_VERSION, "Policy.Version",
                  absl::StrCat("The version of the policy language is ",
                               kVersion, ", not ", Quote(version), "."));
  }
  const Json& statements = tree["Statement"];
  if (!statements.is_array()) {
    return WrongType("Policy.Statement", "a list of statements");
  }
  Policy policy;
  for (size_t i = 0; i < statements.size(); ++i) {
    PKI_ASSIGN_OR_RETURN(policy.statements.emplace_back(),
                         ToStatement(statements[i], At("Policy.Statement", i)));
  }
  return policy;
}

absl::Status CheckForm(const Policy& policy, absl::string_view ca_arn) {
  std::vector<const Kind*> seen;
  for (size_t i = 0; i < policy.statements.size(); ++i) {
    const Statement& statement = policy.statements[i];
    const std::string field = At("Policy.Statement", i);
    const Kind* const kind = KindOf(statement);
    if (kind == nullptr) {
      return Refuse(v1::REASON_POLICY_ACTION, In(field, "Action"),
                    absl::StrCat("The actions of a statement are all of these "
                                 "and no others: ",
                                 AllActions(), "."));
    }
    if (Contains(seen, kind)) {
      return Refuse(v1::REASON_POLICY_STATEMENT_EXTRA, field,
                    "There is a statement with these actions already.");
    }
    seen.push_back(kind);
    PKI_RETURN_IF_ERROR(CheckStatement(statement, *kind, ca_arn, field));
  }
  for (const Kind& kind : kKinds) {
    if (kind.required && !Contains(seen, &kind)) {
      return Refuse(v1::REASON_POLICY_STATEMENT_MISSING, "Policy.Statement",
                    absl::StrCat("The policy lacks the statement of ",
                                 ActionsOf(kind), "."));
    }
  }
  return absl::OkStatus();
}

}  // namespace pki
