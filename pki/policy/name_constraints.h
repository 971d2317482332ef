// Name constraints (RFC 5280 sections 4.2.1.10, 6.1.3 and 7): which names a CA
// may certify. Of what cannot be compared nothing is dropped: in doubt a name
// is within no permitted subtree, and within every excluded one.
//
// How each form is compared; letters without regard to case, but for the local
// part of a mailbox:
// - dNSName: "a.b" stands for itself and all below, ".a.b" for what is below
//   only. A wildcard counts as each name that it may stand for, with a label of
//   its own for each "*".
// - rfc822Name: "x@a.b" is that mailbox, "a.b" all mailboxes at that host,
//   ".a.b" those at hosts below it. Mailboxes with a quoted local part cannot
//   be compared. An SmtpUTF8Mailbox (RFC 9598) counts as an rfc822Name.
// - URI: "a.b" is that host, ".a.b" the hosts below it. A URI cannot be
//   compared unless its authority is a fully qualified host name, with or
//   without a port.
// - iPAddress: a network and its contiguous mask; IPv4 and IPv6 never meet.
// - directoryName: a name stands for itself and all that begin with its RDNs.
//   Strings are equal when their characters are, whatever their types (but a
//   NumericString has only its like), after folding of ASCII letters and of
//   spaces at the ends and in rows; beyond ASCII nothing is folded.
// An empty dNSName, rfc822Name or URI permits nothing (User Guide: name
// constraints) and excludes everything.
#ifndef PKI_POLICY_NAME_CONSTRAINTS_H_
#define PKI_POLICY_NAME_CONSTRAINTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/x509/general_name.h"
#include "proto/error.pb.h"

namespace pki {

// A name or the base of a subtree, made comparable.
struct ComparableName {
  // From the general to the particular, so that what is below a name begins
  // with it. No path ends within a step of another.
  std::string path;
  // The local part of a mailbox; none in the base of a subtree of hosts.
  std::optional<std::string> mailbox;
};

// The constraints of one certificate. Immutable; owns all it needs.
class NameConstraints {
 public:
  // Reads the value of a nameConstraints. Errors at `field`:
  // REASON_CERTIFICATE_EXTENSION_VALUE when it cannot be read,
  // REASON_IMPORT_NAME_CONSTRAINT_FORM for the forms that are not above.
  static absl::StatusOr<NameConstraints> New(ByteView value,
                                             absl::string_view field);

  struct Subtree {
    GeneralNameForm form;
    // None for a base that says nothing.
    std::optional<ComparableName> base;
    // Whether the base itself is in it, and what is below the base.
    bool has_base;
    bool has_below;
  };
  absl::Span<const Subtree> permitted() const { return permitted_; }
  absl::Span<const Subtree> excluded() const { return excluded_; }

 private:
  NameConstraints() = default;
  std::vector<Subtree> permitted_;
  std::vector<Subtree> excluded_;
};

// The names of a certificate that constraints are about. Views.
struct CertificateNames {
  ByteView subject;  // a Name in DER
  // The value of subjectAltName; none when there is no such extension.
  std::optional<ByteView> subject_alt_name;
  bool is_ca = false;
};

// The most comparisons of one CheckNames(), names times subtrees.
inline constexpr size_t kMaxNameComparisons = size_t{1} << 20;

// Whether the names obey the constraints of all certificates above. Besides
// subject and subjectAltName those are each emailAddress in the subject, as an
// rfc822Name, and, where an end entity has no dNSName, each commonName that is
// a host name of several labels, as a dNSName: programs that take names from
// there check them so. Errors, for `reason`, at `field` + ".subject",
// ".subjectAltName[i]" or, for all of it, ".subjectAltName".
absl::Status CheckNames(const CertificateNames& names,
                        absl::Span<const NameConstraints> above,
                        v1::Reason reason, absl::string_view field);

}  // namespace pki

#endif  // PKI_POLICY_NAME_CONSTRAINTS_H_
