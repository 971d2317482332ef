// Fuzzes the loader of catalogues: no text may crash it, alone or on top of the
// built-in catalogue, every refusal is one of the configuration, and what was
// loaded is found, and loads again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/template/catalogue.h"
#include "pki/template/prepared_template.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// As a host's, on top of the built-in one.
absl::StatusOr<pki::Catalogue> LoadOnTop(absl::string_view text) {
  static const auto* const built_in = new pki::v1::TemplateCatalogue(
      pki::ParseCatalogue(pki::BuiltInCatalogue()).value());
  PKI_ASSIGN_OR_RETURN(auto own, pki::ParseCatalogue(text));
  return pki::Catalogue::Load(
      {{*built_in, pki::TemplateArnPrefix("aws"), "BuiltIn"},
       {std::move(own),
        pki::TemplateArnPrefix("aws", "us-east-1", "000000000000"), "Own"}});
}

void Check(const absl::StatusOr<pki::Catalogue>& catalogue) {
  if (!catalogue.ok()) {
    Require(pki::DetailOf(catalogue.status()).code() ==
            pki::v1::CONFIGURATION_ERROR);
    return;
  }
  for (const auto& [name, prepared] : catalogue->templates()) {
    const auto found = catalogue->Find(prepared.arn());
    Require(found.ok() && *found == &prepared);
    const auto again =
        pki::PreparedTemplate::Prepare(prepared.definition(), "");
    Require(again.ok() &&
            again->extensions().size() == prepared.extensions().size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  Check(pki::Catalogue::Load(text));
  Check(LoadOnTop(text));
  return 0;
}
