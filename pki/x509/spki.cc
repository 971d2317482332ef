// The one field behind the algorithm.
#include "pki/x509/spki.h"

#include "pki/der/reader.h"

namespace pki {

ByteView PublicKeyBits(ByteView spki) {
  der::Reader outer(spki);
  der::Reader fields;
  ByteView algorithm;
  ByteView key;
  if (!outer.Read(der::kSequence, &fields) ||
      !fields.ReadElement(der::kSequence, &algorithm) ||
      !fields.ReadBitStringBytes(&key)) {
    return spki;
  }
  return key;
}

}  // namespace pki
