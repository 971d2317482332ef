// General names (RFC 5280 section 4.2.1.6): read strictly, and written.
#ifndef PKI_X509_GENERAL_NAME_H_
#define PKI_X509_GENERAL_NAME_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/der/reader.h"
#include "pki/der/writer.h"

namespace pki {

// The forms; each has the number of its tag.
enum class GeneralNameForm {
  kOtherName = 0,
  kRfc822Name = 1,
  kDnsName = 2,
  kX400Address = 3,
  kDirectoryName = 4,
  kEdiPartyName = 5,
  kUri = 6,
  kIpAddress = 7,
  kRegisteredId = 8,
};

// One name. Views into bytes that somebody else owns.
struct GeneralName {
  GeneralNameForm form = GeneralNameForm::kOtherName;
  // By form:
  // - kRfc822Name, kDnsName, kUri: the text, ASCII;
  // - kIpAddress: 4 or 16 octets in network order;
  // - kRegisteredId: the content octets of the OID;
  // - kDirectoryName: a Name in DER;
  // - kOtherName: one value in DER, of the type that `type_id` names;
  // - kEdiPartyName: what is inside its tag, see EncodeEdiPartyName();
  // - kX400Address: what is inside its tag, DER that is not looked into.
  ByteView value;
  // kOtherName: the content octets of its OID.
  ByteView type_id;
};

// Reads the next name. False when it is not one in DER, or its value is not as
// its form demands; the reader is then of no further use.
bool ReadGeneralName(der::Reader* reader, GeneralName* name);

// True when a mail address, a host name or a URI may have this text, or be
// empty: ASCII without control characters, and without spaces in a host name.
// It is not judged further.
bool IsTextOf(GeneralNameForm form, ByteView text);

// True for an empty text and for a directoryName without attributes. These name
// nothing, and only nameConstraints may hold them (RFC 5280 section 4.2.1.6).
bool IsEmpty(const GeneralName& name);

// Reads GeneralNames, a SEQUENCE of at least one. None when it is not that, or
// one of them is empty.
std::optional<std::vector<GeneralName>> ParseGeneralNames(ByteView der);

// The checks of ParseGeneralNames() without its result. `tag` is another one
// where the field is IMPLICIT.
bool IsGeneralNames(ByteView der, der::Tag tag = der::kSequence);

// Writes a name, which must be as GeneralName says.
void AddGeneralName(const GeneralName& name, der::Writer& writer);

// GeneralNames in DER.
Bytes EncodeGeneralNames(absl::Span<const GeneralName> names);

// The value of an ediPartyName with these texts in UTF-8.
Bytes EncodeEdiPartyName(std::optional<absl::string_view> name_assigner,
                         absl::string_view party_name);

}  // namespace pki

#endif  // PKI_X509_GENERAL_NAME_H_
