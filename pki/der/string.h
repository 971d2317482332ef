// ASN.1 character strings: their alphabets, and their text.
#ifndef PKI_DER_STRING_H_
#define PKI_DER_STRING_H_

#include <optional>
#include <string>

#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki::der {

// The alphabet of PrintableString (X.680 section 41.4).
bool IsPrintable(ByteView text);

// Seven-bit ASCII, the alphabet of IA5String.
bool IsIa5(ByteView text);

// Well-formed UTF-8: no overlong forms, no surrogates.
bool IsUtf8(ByteView text);

// True where there is a control character of ASCII: NUL and the rest of C0, or
// DEL. `text` is in any encoding that has ASCII as octets of their own.
bool HasControl(ByteView text);

// True when `tag` is a string type that names use, and `contents` are what it
// may hold.
bool IsStringOf(Tag tag, ByteView contents);

// The contents as UTF-8. None when IsStringOf() is false. TeletexString is read
// as Latin-1, as everybody does.
std::optional<std::string> ToUtf8(Tag tag, ByteView contents);

}  // namespace pki::der

#endif  // PKI_DER_STRING_H_
