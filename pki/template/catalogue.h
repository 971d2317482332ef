// The templates that an engine knows.
#ifndef PKI_TEMPLATE_CATALOGUE_H_
#define PKI_TEMPLATE_CATALOGUE_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/template/prepared_template.h"

namespace pki {

// The catalogue that is compiled into the library: catalogue.textproto.
absl::string_view BuiltInCatalogue();

// Immutable; safe on any thread. Templates live as long as the catalogue, and
// stay where they are when it is moved.
class Catalogue {
 public:
  // `text` is a v1.TemplateCatalogue in text format. Errors: REASON_TEMPLATE_*
  // with ConfigurationError.
  static absl::StatusOr<Catalogue> Load(absl::string_view text);

  // The template with this ARN, in the partition aws, aws-cn or aws-us-gov.
  // Errors at Request.TemplateArn: REASON_TEMPLATE_ARN;
  // REASON_TEMPLATE_UNKNOWN, which names the nearest templates that there are.
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

  std::map<std::string, PreparedTemplate, std::less<>> templates_;
  const PreparedTemplate* default_ = nullptr;
};

// "arn:aws:acm-pca:::template/EndEntityCertificate/V1".
std::string TemplateArn(absl::string_view partition,
                        const PreparedTemplate& prepared);

}  // namespace pki

#endif  // PKI_TEMPLATE_CATALOGUE_H_
