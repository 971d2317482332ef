// Expansion: a copy of the general rules, with what is particular put in.
#include "pki/template/expand.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"

namespace pki {
namespace {

using Sources = google::protobuf::RepeatedField<int>;
using Rules = google::protobuf::RepeatedPtrField<v1::ExtensionRule>;

// The first item of a list whose string member has this value, to which `base`
// refers; `what` says what it is.
template <typename List, typename Item = typename List::value_type>
auto Find(List& list, const std::string& (Item::*member)() const,
          absl::string_view value, const v1::BaseTemplate& base,
          absl::string_view what) -> absl::StatusOr<decltype(&*list.begin())> {
  const auto found =
      std::find_if(list.begin(), list.end(),
                   [&](const Item& item) { return (item.*member)() == value; });
  if (found != list.end()) return &*found;
  return Refuse(
      v1::REASON_TEMPLATE_REFERENCE, "",
      absl::StrCat("The template ", Quote(base.name()), " refers to the ", what,
                   " ", Quote(value), ", which there is not."));
}

// `sources` with the variety's in the place of SOURCE_PASSTHROUGH, each once.
Sources Fill(const Sources& sources, const v1::TemplateVariety& variety) {
  Sources filled;
  const auto add = [&](int source) {
    if (std::find(filled.begin(), filled.end(), source) == filled.end()) {
      filled.Add(source);
    }
  };
  for (const int source : sources) {
    if (source == v1::SOURCE_PASSTHROUGH) {
      for (const int passed : variety.sources()) add(passed);
    } else {
      add(source);
    }
  }
  return filled;
}

// Refuses a list in which two items have the same string; `what` says what they
// are.
template <typename List, typename Item = typename List::value_type>
absl::Status CheckUnique(const List& list,
                         const std::string& (Item::*member)() const,
                         absl::string_view what) {
  std::set<absl::string_view> seen;
  for (const Item& item : list) {
    if (seen.insert((item.*member)()).second) continue;
    return Refuse(v1::REASON_TEMPLATE_DUPLICATE, "",
                  absl::StrCat("There are two ", what, " ",
                               Quote((item.*member)()), "."));
  }
  return absl::OkStatus();
}

absl::Status CheckDefinitions(const v1::TemplateCatalogue& catalogue) {
  PKI_RETURN_IF_ERROR(CheckUnique(catalogue.varieties(),
                                  &v1::TemplateVariety::name,
                                  "varieties with the name"));
  PKI_RETURN_IF_ERROR(CheckUnique(catalogue.rule_sets(), &v1::RuleSet::name,
                                  "rule sets with the name"));
  for (const v1::RuleSet& set : catalogue.rule_sets()) {
    PKI_RETURN_IF_ERROR(CheckUnique(
        set.rules(), &v1::ExtensionRule::oid,
        absl::StrCat("rules in the rule set ", Quote(set.name()), " for")));
  }
  return absl::OkStatus();
}

// The general rules, with those of the rule sets in their place and the
// variety's sources put in.
absl::StatusOr<Rules> ExpandRules(const v1::TemplateCatalogue& catalogue,
                                  const v1::BaseTemplate& base,
                                  const v1::TemplateVariety& variety) {
  Rules rules = catalogue.rules();
  for (const std::string& name : base.rule_sets()) {
    PKI_ASSIGN_OR_RETURN(const v1::RuleSet* set,
                         Find(catalogue.rule_sets(), &v1::RuleSet::name, name,
                              base, "rule set"));
    for (const v1::ExtensionRule& own : set->rules()) {
      PKI_ASSIGN_OR_RETURN(
          v1::ExtensionRule * rule,
          Find(rules, &v1::ExtensionRule::oid, own.oid(), base, "rule for"));
      *rule = own;
    }
  }
  for (v1::ExtensionRule& rule : rules) {
    *rule.mutable_sources() = Fill(rule.sources(), variety);
  }
  return rules;
}

absl::StatusOr<v1::Template> Expand(const v1::TemplateCatalogue& catalogue,
                                    const v1::BaseTemplate& base,
                                    const v1::TemplateVariety& variety) {
  v1::Template result;
  result.set_name(absl::StrCat(base.name(), variety.suffix()));
  result.set_kind(base.kind());
  *result.mutable_subject() = Fill(catalogue.subject(), variety);
  PKI_ASSIGN_OR_RETURN(*result.mutable_rules(),
                       ExpandRules(catalogue, base, variety));
  *result.mutable_passthrough() = variety.sources();
  *result.mutable_extensions() = base.extensions();
  *result.mutable_lint_profiles() = base.lint_profiles();
  return result;
}

// One base template for each of its path lengths, with nothing left of them.
std::vector<v1::BaseTemplate> ExpandPathLengths(const v1::BaseTemplate& base) {
  if (base.path_lengths().empty()) return {base};
  std::vector<v1::BaseTemplate> result;
  for (const uint32_t length : base.path_lengths()) {
    v1::BaseTemplate& one = result.emplace_back(base);
    one.clear_path_lengths();
    absl::StrAppend(one.mutable_name(), "_PathLen", length);
    one.mutable_extensions()->mutable_basic_constraints()->set_path_length(
        length);
  }
  return result;
}

}  // namespace

absl::StatusOr<std::vector<v1::Template>> ExpandTemplates(
    const v1::TemplateCatalogue& catalogue) {
  PKI_RETURN_IF_ERROR(CheckDefinitions(catalogue));
  std::vector<v1::Template> templates;
  for (const v1::BaseTemplate& written : catalogue.templates()) {
    for (const v1::BaseTemplate& base : ExpandPathLengths(written)) {
      for (const std::string& name : base.varieties()) {
        PKI_ASSIGN_OR_RETURN(
            const v1::TemplateVariety* variety,
            Find(catalogue.varieties(), &v1::TemplateVariety::name, name, base,
                 "variety"));
        PKI_ASSIGN_OR_RETURN(templates.emplace_back(),
                             Expand(catalogue, base, *variety));
      }
    }
  }
  return templates;
}

}  // namespace pki
