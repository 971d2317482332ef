// An expanded template, checked and made ready: its own extensions are finished
// DER, and nothing of it is parsed or looked up when a certificate is issued.
#ifndef PKI_TEMPLATE_PREPARED_TEMPLATE_H_
#define PKI_TEMPLATE_PREPARED_TEMPLATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/x509/extension.h"
#include "proto/template.pb.h"

namespace pki {

// Immutable; safe on any thread. Owns what its views show.
class PreparedTemplate {
 public:
  using Sources = absl::InlinedVector<v1::Source, 4>;

  struct Rule {
    Bytes oid;  // content octets
    Sources sources;
  };

  // `arn_prefix` stands before the name in the ARN. Errors:
  // REASON_TEMPLATE_INCOMPLETE, REASON_TEMPLATE_LINT_PROFILE,
  // REASON_TEMPLATE_SOURCE, REASON_TEMPLATE_OID, REASON_TEMPLATE_KIND,
  // REASON_TEMPLATE_CA, REASON_TEMPLATE_EXTENSION, REASON_TEMPLATE_UNREACHABLE.
  static absl::StatusOr<PreparedTemplate> Prepare(const v1::Template& expanded,
                                                  absl::string_view arn_prefix);

  PreparedTemplate(PreparedTemplate&&) = default;
  PreparedTemplate& operator=(PreparedTemplate&&) = default;

  // What it was prepared from.
  const v1::Template& definition() const { return definition_; }
  const std::string& name() const { return definition_.name(); }
  const std::string& arn() const { return arn_; }
  v1::CertificateKind kind() const { return definition_.kind(); }
  // The pathLenConstraint of basicConstraints.
  std::optional<uint32_t> path_length() const { return path_length_; }
  const Sources& subject() const { return subject_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const Sources& passthrough() const { return passthrough_; }
  // What v1::SOURCE_TEMPLATE offers.
  absl::Span<const Extension> extensions() const { return extensions_; }
  // What lint checks beside RFC 5280.
  absl::Span<const v1::LintProfile> lint_profiles() const {
    return lint_profiles_;
  }

  // Whether any field may come from this source.
  bool Takes(v1::Source source) const;

  // The rule for this OID; null when there is none.
  const Rule* FindRule(ByteView oid) const;

 private:
  PreparedTemplate() = default;

  // The parts of Prepare(), which says what they refuse.
  absl::Status ReadLintProfiles();
  absl::Status ReadRules();
  absl::Status ReadExtensions();
  absl::Status CheckReach() const;

  v1::Template definition_;
  std::string arn_;
  std::optional<uint32_t> path_length_;
  Sources subject_;
  std::vector<Rule> rules_;
  Sources passthrough_;
  // What `extensions_` shows; its place does not change when this is moved.
  std::unique_ptr<const Bytes> der_;
  ExtensionList extensions_;
  std::vector<v1::LintProfile> lint_profiles_;
};

}  // namespace pki

#endif  // PKI_TEMPLATE_PREPARED_TEMPLATE_H_
