// The templates that an engine knows.
#ifndef PKI_TEMPLATE_CATALOGUE_H_
#define PKI_TEMPLATE_CATALOGUE_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/template/prepared_template.h"
#include "proto/template.pb.h"

namespace pki {

// The catalogue that is compiled into the library: catalogue.textproto.
absl::string_view BuiltInCatalogue();

// Reads text format. Errors: REASON_TEMPLATE_TEXT.
absl::StatusOr<v1::TemplateCatalogue> ParseCatalogue(absl::string_view text);

// What stands before the name in a template's ARN:
// "arn:aws:acm-pca:us-east-1:000000000000:template/". Region and account are
// empty for the templates of the service.
std::string TemplateArnPrefix(absl::string_view partition,
                              absl::string_view region = "",
                              absl::string_view account = "");

// One of the catalogues that are loaded on top of each other.
struct CatalogueLayer {
  v1::TemplateCatalogue catalogue;
  std::string arn_prefix;
  // Where errors in it are: "Configuration.TemplateCatalogues[0]".
  std::string field;
};

// Immutable; safe on any thread. Templates live as long as the catalogue, and
// stay where they are when it is moved.
class Catalogue {
 public:
  // Each layer continues those before it (proto/template.proto). Errors:
  // REASON_TEMPLATE_* with ConfigurationError.
  static absl::StatusOr<Catalogue> Load(
      absl::Span<const CatalogueLayer> layers);

  // One layer in text format, the service's in the partition aws.
  static absl::StatusOr<Catalogue> Load(absl::string_view text);

  // The template with this ARN. Those of the service are in each of the
  // partitions aws, aws-cn and aws-us-gov. Errors at Request.TemplateArn:
  // REASON_TEMPLATE_ARN; REASON_TEMPLATE_UNKNOWN, which names the nearest
  // templates that there are.
  absl::StatusOr<const PreparedTemplate*> Find(absl::string_view arn) const;

  // What a request without a template gets.
  const PreparedTemplate& Default() const { return *default_; }

  // By name.
  const std::map<std::string, PreparedTemplate, std::less<>>& templates()
      const {
    return templates_;
  }

 private:
  Catalogue() = default;
  // Puts in the templates of `source`, and finds its default.
  absl::Status Add(const v1::TemplateCatalogue& source,
                   absl::string_view arn_prefix);

  std::map<std::string, PreparedTemplate, std::less<>> templates_;
  const PreparedTemplate* default_ = nullptr;
};

}  // namespace pki

#endif  // PKI_TEMPLATE_CATALOGUE_H_
