// Loading and looking up.
#include "pki/template/catalogue.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "pki/base/status.h"
#include "pki/template/expand.h"

namespace pki {
namespace {

constexpr absl::string_view kPartitions[] = {"aws", "aws-cn", "aws-us-gov"};
constexpr absl::string_view kArnMiddle = ":acm-pca:::template/";

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

absl::StatusOr<v1::TemplateCatalogue> Parse(absl::string_view text) {
  v1::TemplateCatalogue catalogue;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(std::string(text), &catalogue)) {
    return Refuse(v1::REASON_TEMPLATE_TEXT, "", error.text());
  }
  return catalogue;
}

// What stands behind "template/"; empty when the ARN is not of a template.
absl::string_view NameInArn(absl::string_view arn) {
  if (!absl::ConsumePrefix(&arn, "arn:")) return "";
  const absl::string_view partition = arn.substr(0, arn.find(':'));
  if (std::find(std::begin(kPartitions), std::end(kPartitions), partition) ==
          std::end(kPartitions) ||
      !absl::ConsumePrefix(&arn, partition) ||
      !absl::ConsumePrefix(&arn, kArnMiddle)) {
    return "";
  }
  return arn;
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

}  // namespace

absl::StatusOr<Catalogue> Catalogue::Load(absl::string_view text) {
  PKI_ASSIGN_OR_RETURN(const v1::TemplateCatalogue source, Parse(text));
  PKI_ASSIGN_OR_RETURN(const std::vector<v1::Template> expanded,
                       ExpandTemplates(source));
  Catalogue catalogue;
  for (const v1::Template& one : expanded) {
    PKI_ASSIGN_OR_RETURN(PreparedTemplate prepared,
                         PreparedTemplate::Prepare(one));
    if (!catalogue.templates_.emplace(one.name(), std::move(prepared)).second) {
      return Refuse(v1::REASON_TEMPLATE_DUPLICATE, "",
                    absl::StrCat("There are two templates with the name ",
                                 Quote(one.name()), "."));
    }
  }
  const auto found = catalogue.templates_.find(source.default_template());
  if (found == catalogue.templates_.end()) {
    return Refuse(v1::REASON_TEMPLATE_REFERENCE, "default_template",
                  absl::StrCat("There is no template ",
                               Quote(source.default_template()), "."));
  }
  catalogue.default_ = &found->second;
  return catalogue;
}

absl::StatusOr<const PreparedTemplate*> Catalogue::Find(
    absl::string_view arn) const {
  constexpr absl::string_view kField = "Request.TemplateArn";
  const absl::string_view name = NameInArn(arn);
  if (name.empty()) {
    return Refuse(
        v1::REASON_TEMPLATE_ARN, kField,
        absl::StrCat(Quote(arn), " is not the ARN of a template: arn:PARTITION",
                     kArnMiddle, "NAME, where PARTITION is one of ",
                     absl::StrJoin(kPartitions, ", "), "."));
  }
  const auto found = templates_.find(name);
  if (found != templates_.end()) return &found->second;

  constexpr size_t kSuggestions = 4;
  std::vector<std::pair<size_t, absl::string_view>> nearest;
  for (const auto& [known, prepared] : templates_) {
    nearest.emplace_back(EditDistance(name, known), known);
  }
  std::sort(nearest.begin(), nearest.end());
  nearest.resize(std::min(nearest.size(), kSuggestions));
  return Refuse(
      v1::REASON_TEMPLATE_UNKNOWN, kField,
      absl::StrCat("There is no template ", Quote(name), ". The nearest are: ",
                   absl::StrJoin(nearest, ", ",
                                 [](std::string* out, const auto& one) {
                                   absl::StrAppend(out, one.second);
                                 }),
                   "."));
}

std::string TemplateArn(absl::string_view partition,
                        const PreparedTemplate& prepared) {
  return absl::StrCat("arn:", partition, kArnMiddle, prepared.name());
}

}  // namespace pki
