// By what ListCertificates finds certificates: the names in them, the patterns
// that are searched for, and the keys of the index (proto/store.proto).
//
// A key is index/<ca id>/<by>/<value>/<serial>. Values of names are in lower
// case. A value is written in printable ASCII without a slash: every other
// byte, and the percent sign, as a percent sign and two hex digits. What is
// then longer than kMaxIndexValue is cut, so whoever finds a certificate by its
// key still has to look at the certificate.
#ifndef PKI_ENGINE_CERTIFICATE_INDEX_H_
#define PKI_ENGINE_CERTIFICATE_INDEX_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/store/store.h"
#include "pki/x509/certificate.h"

namespace pki {

// Of a value in a key, in bytes: a key has no more than 512.
inline constexpr size_t kMaxIndexValue = 256;

// The names by which a certificate can be found, as it has them, in its order.
// The commonNames and serialNumbers of a subject, a Name in DER:
std::vector<std::string> SubjectNames(ByteView subject);
// The dNSNames, rfc822Names, URIs and IP addresses of its subjectAltName, an
// address in the form of RFC 5952 or with dots:
std::vector<std::string> AlternativeNames(const TbsCertificate& tbs);

// A name to search for, or its beginning. Upper and lower case of ASCII are the
// same.
struct NamePattern {
  std::string text;
  bool is_prefix = false;

  // What ends in * is a beginning.
  static NamePattern OfSubject(absl::string_view text);
  // The same but for what begins with "*.", which is a name. An IP address may
  // have any form that inet_pton() reads.
  static NamePattern OfAlternativeName(absl::string_view text);

  bool Matches(absl::string_view name) const;
  bool MatchesAny(absl::Span<const std::string> names) const;
};

// The keys of the entries for a certificate whose serial is these 32 hex
// digits, in their order, each once.
std::vector<std::string> IndexKeys(absl::string_view ca_id,
                                   absl::string_view serial,
                                   absl::string_view template_arn,
                                   const TbsCertificate& tbs);

// The serial that a key ends with.
absl::string_view SerialInKey(absl::string_view key);

// Where the certificates of a CA are that have such a name, this template, or
// an end from `from` up to `before`; others may be among them. A certificate is
// there once, but for a pattern that is a prefix.
KeyRange IndexOfSubject(absl::string_view ca_id, const NamePattern& pattern);
KeyRange IndexOfAlternativeName(absl::string_view ca_id,
                                const NamePattern& pattern);
KeyRange IndexOfTemplate(absl::string_view ca_id,
                         absl::string_view template_arn);
KeyRange IndexOfExpiry(absl::string_view ca_id, absl::Time from,
                       absl::Time before);

}  // namespace pki

#endif  // PKI_ENGINE_CERTIFICATE_INDEX_H_
