// Loading and looking up.
#include "pki/template/catalogue.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "pki/base/partition.h"
#include "pki/base/status.h"
#include "pki/template/expand.h"

namespace pki {
namespace {

// Keeps the first error; without a collector the parser writes to stderr.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!text_.empty()) return;
    // The message has parts of the text in it, which may be no text at all.
    text_ = absl::StrCat("line ", line + 1, ", column ", column + 1, ": ",
                         Quote(message));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Of a template's ARN.
struct ArnParts {
  absl::string_view
      behind_partition;  // ":acm-pca:REGION:ACCOUNT:template/NAME"
  absl::string_view name;
};

// None when the ARN is not of a template, or of an unknown partition.
std::optional<ArnParts> Split(absl::string_view arn) {
  if (!absl::ConsumePrefix(&arn, "arn:")) return std::nullopt;
  const absl::string_view partition = arn.substr(0, arn.find(':'));
  if (!IsPartition(partition)) return std::nullopt;
  arn.remove_prefix(partition.size());
  ArnParts parts{arn, ""};
  if (!absl::ConsumePrefix(&arn, ":acm-pca:")) return std::nullopt;
  // Region and account.
  for (int i = 0; i < 2; ++i) {
    const size_t colon = arn.find(':');
    if (colon == absl::string_view::npos) return std::nullopt;
    arn.remove_prefix(colon + 1);
  }
  if (!absl::ConsumePrefix(&arn, "template/") || arn.empty()) {
    return std::nullopt;
  }
  parts.name = arn;
  return parts;
}

// How many characters have to be put in, taken out or replaced (Levenshtein).
size_t EditDistance(absl::string_view a, absl::string_view b) {
  // costs[j]: from the part of `a` read so far to the first j of `b`.
  std::vector<size_t> costs(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) costs[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(costs[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = costs[j + 1];
      costs[j + 1] = std::min({replaced, costs[j] + 1, costs[j + 1] + 1});
    }
  }
  return costs[b.size()];
}

// Whether `name` is among those that `list` gives for some template.
template <typename List>
bool IsUsed(const v1::TemplateCatalogue& catalogue, const std::string& name,
            const List& (v1::BaseTemplate::*list)() const) {
  return std::any_of(catalogue.templates().begin(), catalogue.templates().end(),
                     [&](const v1::BaseTemplate& base) {
                       const List& names = (base.*list)();
                       return std::find(names.begin(), names.end(), name) !=
                              names.end();
                     });
}

absl::Status Unused(absl::string_view what, const std::string& name) {
  return Refuse(v1::REASON_TEMPLATE_UNUSED, "",
                absl::StrCat("No template of this catalogue uses the ", what,
                             " ", Quote(name), "."));
}

absl::Status CheckUse(const v1::TemplateCatalogue& catalogue) {
  for (const v1::TemplateVariety& variety : catalogue.varieties()) {
    if (!IsUsed(catalogue, variety.name(), &v1::BaseTemplate::varieties)) {
      return Unused("variety", variety.name());
    }
  }
  for (const v1::RuleSet& set : catalogue.rule_sets()) {
    if (!IsUsed(catalogue, set.name(), &v1::BaseTemplate::rule_sets)) {
      return Unused("rule set", set.name());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::TemplateCatalogue> ParseCatalogue(absl::string_view text) {
  v1::TemplateCatalogue catalogue;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(std::string(text), &catalogue)) {
    return Refuse(v1::REASON_TEMPLATE_TEXT, "", error.text());
  }
  return catalogue;
}

std::string TemplateArnPrefix(absl::string_view partition,
                              absl::string_view region,
                              absl::string_view account) {
  return absl::StrCat("arn:", partition, ":acm-pca:", region, ":", account,
                      ":template/");
}

absl::Status Catalogue::Add(const v1::TemplateCatalogue& source,
                            absl::string_view arn_prefix) {
  PKI_ASSIGN_OR_RETURN(const std::vector<v1::Template> expanded,
                       ExpandTemplates(source));
  for (const v1::Template& one : expanded) {
    PKI_ASSIGN_OR_RETURN(PreparedTemplate prepared,
                         PreparedTemplate::Prepare(one, arn_prefix));
    if (!templates_.emplace(one.name(), std::move(prepared)).second) {
      return Refuse(v1::REASON_TEMPLATE_DUPLICATE, "",
                    absl::StrCat("There are two templates with the name ",
                                 Quote(one.name()), "."));
    }
  }
  const auto found = templates_.find(source.default_template());
  if (found == templates_.end()) {
    return Refuse(v1::REASON_TEMPLATE_REFERENCE, "default_template",
                  absl::StrCat("There is no template ",
                               Quote(source.default_template()), "."));
  }
  default_ = &found->second;
  return absl::OkStatus();
}

absl::StatusOr<Catalogue> Catalogue::Load(
    absl::Span<const CatalogueLayer> layers) {
  Catalogue catalogue;
  // What the layers so far define, with the templates of the last one only.
  v1::TemplateCatalogue defined;
  for (const CatalogueLayer& layer : layers) {
    defined.clear_templates();
    defined.MergeFrom(layer.catalogue);
    absl::Status status = CheckUse(layer.catalogue);
    if (status.ok()) status = catalogue.Add(defined, layer.arn_prefix);
    if (!status.ok()) return Under(layer.field, status);
  }
  return catalogue;
}

absl::StatusOr<Catalogue> Catalogue::Load(absl::string_view text) {
  CatalogueLayer layer;
  layer.field = "Catalogue";
  layer.arn_prefix = TemplateArnPrefix("aws");
  PKI_ASSIGN_OR_RETURN(layer.catalogue, ParseCatalogue(text));
  return Load(absl::MakeConstSpan(&layer, 1));
}

absl::StatusOr<const PreparedTemplate*> Catalogue::Find(
    absl::string_view arn) const {
  constexpr absl::string_view kField = "Request.TemplateArn";
  const std::optional<ArnParts> asked = Split(arn);
  if (!asked.has_value()) {
    return Refuse(
        v1::REASON_TEMPLATE_ARN, kField,
        absl::StrCat(Quote(arn), " is not the ARN of a template: ",
                     TemplateArnPrefix("PARTITION"), "NAME or ",
                     TemplateArnPrefix("PARTITION", "REGION", "ACCOUNT"),
                     "NAME, where PARTITION is one of ",
                     absl::StrJoin(kPartitions, ", "), "."));
  }
  if (const auto found = templates_.find(asked->name);
      found != templates_.end()) {
    const std::string& known = found->second.arn();
    // The service has its templates in every partition.
    const bool of_service =
        absl::StartsWith(asked->behind_partition, ":acm-pca:::");
    if (known == arn ||
        (of_service && absl::EndsWith(known, asked->behind_partition))) {
      return &found->second;
    }
  }

  constexpr size_t kSuggestions = 4;
  std::vector<std::pair<size_t, absl::string_view>> nearest;
  for (const auto& [known, prepared] : templates_) {
    nearest.emplace_back(EditDistance(asked->name, known), prepared.arn());
  }
  std::sort(nearest.begin(), nearest.end());
  nearest.resize(std::min(nearest.size(), kSuggestions));
  return Refuse(
      v1::REASON_TEMPLATE_UNKNOWN, kField,
      absl::StrCat("There is no template ", Quote(arn), ". The nearest are: ",
                   absl::StrJoin(nearest, ", ",
                                 [](std::string* out, const auto& one) {
                                   absl::StrAppend(out, one.second);
                                 }),
                   "."));
}

}  // namespace pki
