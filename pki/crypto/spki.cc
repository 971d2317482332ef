// Reading of SubjectPublicKeyInfos.
#include "pki/crypto/spki.h"

#include "pki/base/status.h"
#include "pki/der/reader.h"

namespace pki {

absl::StatusOr<Spki> ParseSpki(ByteView der, absl::string_view field) {
  Spki spki;
  der::Reader outer(der);
  der::Reader fields;
  der::Reader algorithm;
  const bool has_algorithm =
      outer.Read(der::kSequence, &fields) && outer.empty() &&
      fields.ReadElement(der::kSequence, &spki.algorithm) &&
      der::Reader(spki.algorithm).Read(der::kSequence, &algorithm) &&
      algorithm.ReadOid(&spki.type);
  if (!has_algorithm || !fields.ReadBitStringBytes(&spki.key) ||
      !fields.empty()) {
    return Refuse(v1::REASON_KEY_MALFORMED, field,
                  "The public key cannot be read: it is not a "
                  "SubjectPublicKeyInfo in DER.");
  }
  spki.parameters = algorithm.rest();
  return spki;
}

}  // namespace pki
