// PEM (RFC 7468), strictly: known labels, base64 in lines, nothing hidden
// between.
#ifndef PKI_X509_PEM_H_
#define PKI_X509_PEM_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"

namespace pki {

// The label of certificates (RFC 7468 section 5.1).
inline constexpr absl::string_view kCertificateLabel = "CERTIFICATE";

// True when "-----BEGIN" is anywhere in the text.
bool LooksLikePem(absl::string_view text);

// The contents of each block. None when a block is not well-formed, or has a
// label that is not among `labels`. Text before, between and behind blocks is
// passed over (RFC 7468 section 5.2), as OpenSSL's output has it, but for text
// in which a block begins within a line: readers differ on that.
std::optional<std::vector<Bytes>> DecodePem(
    absl::string_view text, absl::Span<const absl::string_view> labels);

// One block in 64 columns, without a newline at its end: the form that the
// service answers with.
std::string EncodePem(absl::string_view label, ByteView der);

}  // namespace pki

#endif  // PKI_X509_PEM_H_
