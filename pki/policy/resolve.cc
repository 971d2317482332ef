// Precedence, source by source.
#include "pki/policy/resolve.h"

#include <algorithm>

#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

using Sources = absl::Span<const v1::Source>;

// A field as one source gives it.
struct Found {
  v1::Source source = v1::SOURCE_UNSPECIFIED;
  const Extension* extension = nullptr;
};

bool Contains(Sources sources, v1::Source source) {
  return std::find(sources.begin(), sources.end(), source) != sources.end();
}

// Why a source's value lost, in a field of which these are the sources.
v1::ResolutionRule WhyLost(Sources sources, v1::Source loser, v1::Source winner,
                           bool has_rule) {
  if (Contains(sources, loser)) return v1::RESOLUTION_RULE_EARLIER_SOURCE;
  if (!has_rule) return v1::RESOLUTION_RULE_NOT_PASSED_THROUGH;
  // Closed: only the template could give it, and does not.
  const bool closed =
      winner == v1::SOURCE_UNSPECIFIED &&
      std::all_of(sources.begin(), sources.end(), [](v1::Source source) {
        return source == v1::SOURCE_TEMPLATE;
      });
  return closed ? v1::RESOLUTION_RULE_CLOSED
                : v1::RESOLUTION_RULE_SOURCE_NOT_TAKEN;
}

// The state of one call.
class Resolver {
 public:
  Resolver(const PreparedTemplate& prepared, const Offers& offers,
           Provenance* provenance)
      : prepared_(prepared), offers_(offers), provenance_(provenance) {}

  Resolution Run() {
    TakeSubject();
    for (const PreparedTemplate::Rule& rule : prepared_.rules()) {
      Take(View(rule.oid), rule.sources, First(rule.sources, View(rule.oid)));
    }
    const Sources passed = prepared_.passthrough();
    for (size_t i = 0; i < passed.size(); ++i) {
      for (const Extension& extension : ExtensionsOf(passed[i])) {
        if (prepared_.FindRule(extension.oid) == nullptr &&
            First(passed.first(i), extension.oid).extension == nullptr) {
          Take(extension.oid, passed, {passed[i], &extension});
        }
      }
    }
    if (provenance_ != nullptr) ExplainTheRest();
    return std::move(result_);
  }

 private:
  absl::Span<const Extension> ExtensionsOf(v1::Source source) const {
    return source == v1::SOURCE_TEMPLATE ? prepared_.extensions()
                                         : offers_[source].extensions;
  }

  // The first of `sources` that has the extension.
  Found First(Sources sources, ByteView oid) const {
    for (const v1::Source source : sources) {
      const Extension* found = FindExtension(ExtensionsOf(source), oid);
      if (found != nullptr) return {source, found};
    }
    return {};
  }

  void TakeSubject() {
    static constexpr uint8_t kEmptyName[] = {0x30, 0x00};
    result_.subject = kEmptyName;
    v1::Source winner = v1::SOURCE_UNSPECIFIED;
    for (const v1::Source source : prepared_.subject()) {
      if (offers_[source].subject.has_value()) {
        winner = source;
        result_.subject = *offers_[source].subject;
        break;
      }
    }
    if (provenance_ == nullptr) return;
    FieldProvenance field;
    field.winner = winner;
    field.value = result_.subject;
    for (int i = 0; i < v1::Source_ARRAYSIZE; ++i) {
      const auto source = static_cast<v1::Source>(i);
      if (source == winner || !offers_[i].subject.has_value()) continue;
      field.losers.push_back(
          {source, *offers_[i].subject,
           WhyLost(prepared_.subject(), source, winner, /*has_rule=*/true)});
    }
    provenance_->push_back(std::move(field));
  }

  // Takes what was found of an extension, which may be nothing.
  void Take(ByteView oid, Sources sources, Found found) {
    Explain(oid, sources, found);
    if (found.extension == nullptr) return;
    result_.extensions.push_back(found.extension->der);
    if (oid == oid::kSubjectAltName && !found.extension->critical &&
        IsEmptyName(result_.subject)) {
      MakeCritical(found);
    }
  }

  // RFC 5280 section 4.2.1.6. `taken` is the last extension so far.
  void MakeCritical(Found taken) {
    result_.made = std::make_unique<const Bytes>(EncodeExtension(
        taken.extension->oid, /*critical=*/true, taken.extension->value));
    result_.extensions.back() = View(*result_.made);
    if (provenance_ == nullptr) return;
    FieldProvenance& field = provenance_->back();
    field.winner = v1::SOURCE_ENGINE;
    field.value = result_.extensions.back();
    field.losers.insert(field.losers.begin(),
                        {taken.source, taken.extension->der,
                         v1::RESOLUTION_RULE_EMPTY_SUBJECT});
  }

  // Records who won an extension, and who lost it and why.
  void Explain(ByteView oid, Sources sources, Found won) {
    if (provenance_ == nullptr) return;
    const bool has_rule = prepared_.FindRule(oid) != nullptr;
    FieldProvenance field;
    field.oid = oid;
    field.winner = won.source;
    if (won.extension != nullptr) field.value = won.extension->der;
    for (int i = 0; i < v1::Source_ARRAYSIZE; ++i) {
      const auto source = static_cast<v1::Source>(i);
      const Extension* lost = FindExtension(ExtensionsOf(source), oid);
      if (source == won.source || lost == nullptr) continue;
      field.losers.push_back(
          {source, lost->der, WhyLost(sources, source, won.source, has_rule)});
    }
    if (won.extension == nullptr && field.losers.empty()) return;
    provenance_->push_back(std::move(field));
  }

  // Records the extensions that no rule names and nobody may pass through.
  void ExplainTheRest() {
    for (int i = 0; i < v1::Source_ARRAYSIZE; ++i) {
      for (const Extension& extension :
           ExtensionsOf(static_cast<v1::Source>(i))) {
        const bool known = std::any_of(
            provenance_->begin(), provenance_->end(),
            [&](const auto& field) { return field.oid == extension.oid; });
        if (!known) Explain(extension.oid, prepared_.passthrough(), {});
      }
    }
  }

  const PreparedTemplate& prepared_;
  const Offers& offers_;
  Provenance* const provenance_;
  Resolution result_;
};

}  // namespace

absl::StatusOr<Resolution> Resolve(const PreparedTemplate& prepared,
                                   const Offers& offers,
                                   Provenance* provenance) {
  // Asked of the CSR itself, whatever else may name the subject.
  const Offer& csr = offers[v1::SOURCE_CSR];
  if ((!csr.subject.has_value() || IsEmptyName(*csr.subject)) &&
      FindExtension(csr.extensions, oid::kSubjectAltName) == nullptr) {
    return Refuse(v1::REASON_NO_SUBJECT, "Csr.subject",
                  "The CSR has neither a subject nor a subject alternative "
                  "name; give it one of them.");
  }
  return Resolver(prepared, offers, provenance).Run();
}

}  // namespace pki
