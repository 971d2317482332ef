// The templates of an engine: the built-in ones and the host's own.
#ifndef PKI_ENGINE_LOAD_CATALOGUE_H_
#define PKI_ENGINE_LOAD_CATALOGUE_H_

#include "absl/status/statusor.h"
#include "pki/engine/context.h"
#include "pki/template/catalogue.h"
#include "proto/config.pb.h"

namespace pki {

// `settings` are those of the configuration. Errors: those of Catalogue::Load()
// and ParseCatalogue() at "Configuration.TemplateCatalogueTexts[i]" or
// "Configuration.TemplateCatalogues[i]".
absl::StatusOr<Catalogue> LoadCatalogue(
    const v1::EngineConfiguration& configuration, const Settings& settings);

}  // namespace pki

#endif  // PKI_ENGINE_LOAD_CATALOGUE_H_
