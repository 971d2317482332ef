// Expansion: a copy of the general rules, with a variety's sources put in.
#include "pki/template/expand.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"

namespace pki {
namespace {

using Sources = google::protobuf::RepeatedField<int>;
using Rules = google::protobuf::RepeatedPtrField<v1::ExtensionRule>;

// The first item of a list whose string member has this value; null if none.
template <typename List, typename Item = typename List::value_type>
auto FindBy(List& list, const std::string& (Item::*member)() const,
            absl::string_view value) {
  const auto found =
      std::find_if(list.begin(), list.end(),
                   [&](const Item& item) { return (item.*member)() == value; });
  return found == list.end() ? nullptr : &*found;
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

absl::StatusOr<v1::Template> Expand(const v1::TemplateCatalogue& catalogue,
                                    const v1::BaseTemplate& base,
                                    const v1::TemplateVariety& variety) {
  v1::Template result;
  result.set_name(absl::StrCat(base.name(), variety.suffix()));
  result.set_kind(base.kind());
  *result.mutable_subject() = Fill(catalogue.subject(), variety);
  *result.mutable_rules() = catalogue.rules();
  for (const v1::ExtensionRule& own : base.rules()) {
    v1::ExtensionRule* rule =
        FindBy(*result.mutable_rules(), &v1::ExtensionRule::oid, own.oid());
    if (rule == nullptr) {
      return Refuse(v1::REASON_TEMPLATE_REFERENCE, "",
                    absl::StrCat("template ", Quote(base.name()),
                                 " has a rule for ", Quote(own.oid()),
                                 ", for which there is no general rule."));
    }
    *rule = own;
  }
  for (v1::ExtensionRule& rule : *result.mutable_rules()) {
    *rule.mutable_sources() = Fill(rule.sources(), variety);
  }
  *result.mutable_passthrough() = variety.sources();
  *result.mutable_extensions() = base.extensions();
  return result;
}

}  // namespace

absl::StatusOr<std::vector<v1::Template>> ExpandTemplates(
    const v1::TemplateCatalogue& catalogue) {
  std::vector<v1::Template> templates;
  for (const v1::BaseTemplate& base : catalogue.templates()) {
    for (const std::string& name : base.varieties()) {
      const v1::TemplateVariety* variety =
          FindBy(catalogue.varieties(), &v1::TemplateVariety::name, name);
      if (variety == nullptr) {
        return Refuse(v1::REASON_TEMPLATE_REFERENCE, "",
                      absl::StrCat("template ", Quote(base.name()),
                                   " is to have the variety ", Quote(name),
                                   ", which is not defined."));
      }
      PKI_ASSIGN_OR_RETURN(v1::Template expanded,
                           Expand(catalogue, base, *variety));
      templates.push_back(std::move(expanded));
    }
  }
  return templates;
}

}  // namespace pki
