// Fuzzes the loader of catalogues: no text may crash it, every refusal is one
// of the configuration, and what was loaded is found, and loads again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/template/catalogue.h"
#include "pki/template/prepared_template.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto catalogue = pki::Catalogue::Load(text);
  if (!catalogue.ok()) {
    Require(pki::DetailOf(catalogue.status()).code() ==
            pki::v1::CONFIGURATION_ERROR);
    return 0;
  }
  for (const auto& [name, prepared] : catalogue->templates()) {
    const auto found = catalogue->Find(pki::TemplateArn("aws", prepared));
    Require(found.ok() && *found == &prepared);
    const auto again = pki::PreparedTemplate::Prepare(prepared.definition());
    Require(again.ok() &&
            again->extensions().size() == prepared.extensions().size());
  }
  return 0;
}
