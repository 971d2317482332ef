// Puts the layers of the catalogue together.
#include "pki/engine/load_catalogue.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"

namespace pki {

absl::StatusOr<Catalogue> LoadCatalogue(
    const v1::EngineConfiguration& configuration, const Settings& settings) {
  PKI_ASSIGN_OR_RETURN(auto built_in, ParseCatalogue(BuiltInCatalogue()));
  std::vector<CatalogueLayer> layers = {{std::move(built_in),
                                         TemplateArnPrefix(settings.partition),
                                         "BuiltInCatalogue"}};
  const std::string own_prefix = TemplateArnPrefix(
      settings.partition, settings.region, settings.account_id);
  for (int i = 0; i < configuration.template_catalogue_texts_size(); ++i) {
    std::string field =
        absl::StrCat("Configuration.TemplateCatalogueTexts[", i, "]");
    auto parsed = ParseCatalogue(configuration.template_catalogue_texts(i));
    if (!parsed.ok()) return Under(field, parsed.status());
    layers.push_back({*std::move(parsed), own_prefix, std::move(field)});
  }
  for (int i = 0; i < configuration.template_catalogues_size(); ++i) {
    layers.push_back(
        {configuration.template_catalogues(i), own_prefix,
         absl::StrCat("Configuration.TemplateCatalogues[", i, "]")});
  }
  return Catalogue::Load(layers);
}

}  // namespace pki
