// What goes into a certificate, and from where: one function for all templates.
#ifndef PKI_POLICY_RESOLVE_H_
#define PKI_POLICY_RESOLVE_H_

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/template/prepared_template.h"
#include "pki/x509/extension.h"
#include "proto/template.pb.h"

namespace pki {

// What one source has for a certificate. Views; no OID stands twice.
struct Offer {
  std::optional<ByteView> subject;  // a Name in DER
  absl::Span<const Extension> extensions;
};

// By v1::Source. What is at v1::SOURCE_TEMPLATE is not looked at: the template
// knows that itself.
using Offers = std::array<Offer, v1::Source_ARRAYSIZE>;

// What a certificate gets. Views into the offers and the template, but for what
// `made` holds.
struct Resolution {
  ByteView subject;  // a Name in DER
  // Whole Extensions in DER, in the order of the certificate.
  absl::InlinedVector<ByteView, 12> extensions;
  // An extension that had to be written anew; usually null.
  std::unique_ptr<const Bytes> made;
};

// How one field was decided.
struct FieldProvenance {
  struct Loser {
    v1::Source source;
    ByteView value;  // as `value` below
    v1::ResolutionRule rule;
  };
  ByteView oid;  // content octets; empty for the subject
  // Who gave what is in the certificate; v1::SOURCE_UNSPECIFIED when the
  // certificate goes without this field.
  v1::Source winner = v1::SOURCE_UNSPECIFIED;
  ByteView value;  // the whole Extension, or the Name
  std::vector<Loser> losers;
};

// The subject first, then extensions in the order of the certificate, those of
// rules first. Fields that nobody offers are not there. Views as long as the
// offers, the template and the Resolution.
using Provenance = std::vector<FieldProvenance>;

// Puts a certificate's content together. For the subject, and for each rule in
// order, the first source that has the field wins. Then comes what no rule
// names, from the sources that the template passes through. A subjectAltName is
// made critical when the subject is empty. Records how it came to that in
// `provenance` unless that is null. Errors: REASON_NO_SUBJECT at Csr.subject.
absl::StatusOr<Resolution> Resolve(const PreparedTemplate& prepared,
                                   const Offers& offers,
                                   Provenance* provenance = nullptr);

}  // namespace pki

#endif  // PKI_POLICY_RESOLVE_H_
