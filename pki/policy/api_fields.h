// From the service's request messages to DER: subjects, and the extensions that
// a caller or a CA's configuration gives.
//
// All functions expect messages that kept to the limits of the model (see
// pki/wire) and check what goes beyond those. A refusal is an
// InvalidArgsException whose field is relative to the message
// ("CustomAttributes[2].ObjectIdentifier"); the caller names the root with
// Under().
//
// Where the service leaves it open, a general name is written thus:
// - OtherName: Value is text, a UTF8String;
// - EdiPartyName: both parts are UTF8Strings;
// - IpAddress: IPv4 with dots or IPv6 with colons (RFC 4291 section 2.2), one
//   address without a prefix;
// - Rfc822Name, DnsName, UniformResourceIdentifier: copied as they are; they
//   are ASCII, so that other scripts come in their ASCII form (RFC 5890).
// No text may hold a control character.
#ifndef PKI_POLICY_API_FIELDS_H_
#define PKI_POLICY_API_FIELDS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "proto/service.pb.h"

namespace pki {

// A Name in DER. Named attributes stand in the order of the message's members,
// custom ones in their own; each is an RDN. An attribute whose type is known
// has the string type and the length of RFC 5280 appendix A.1, any other is a
// UTF8String. Without attributes the Name is empty. Errors:
// REASON_SUBJECT_MIXED, REASON_OID_MALFORMED, REASON_ATTRIBUTE_TEXT,
// REASON_ATTRIBUTE_LENGTH.
absl::StatusOr<Bytes> SubjectToDer(const v1::ASN1Subject& subject);

// The extensions of a CA's own CSR, each a whole Extension in DER: a critical
// basicConstraints with cA, then keyUsage (critical) and subjectInfoAccess as
// far as they are given. Errors: REASON_KEY_USAGE_EMPTY,
// REASON_ACCESS_METHOD_CHOICE, and those of general names:
// REASON_GENERAL_NAME_CHOICE, REASON_GENERAL_NAME_TEXT, REASON_IP_ADDRESS,
// REASON_OID_MALFORMED and, for a directoryName, those of SubjectToDer().
absl::StatusOr<std::vector<Bytes>> CsrExtensionsToDer(
    const v1::CsrExtensions& extensions);

// The extensions of ApiPassthrough, each a whole Extension in DER: keyUsage
// (critical), extendedKeyUsage, subjectAltName, certificatePolicies as far as
// they are given, then the custom ones in their order, whose values are not
// looked into. Errors: REASON_KEY_USAGE_EMPTY, REASON_PURPOSE_CHOICE,
// REASON_POLICY_DUPLICATE, REASON_EXTENSION_DUPLICATE, REASON_EXTENSION_VALUE,
// and those of general names.
absl::StatusOr<std::vector<Bytes>> ApiExtensionsToDer(
    const v1::Extensions& extensions);

}  // namespace pki

#endif  // PKI_POLICY_API_FIELDS_H_
