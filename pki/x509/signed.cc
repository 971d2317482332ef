// Reading and writing of the outer SEQUENCE.
#include "pki/x509/signed.h"

#include "pki/der/reader.h"
#include "pki/der/writer.h"

namespace pki {

std::optional<Signed> ReadSigned(ByteView der) {
  Signed parts;
  der::Reader outer(der);
  der::Reader fields;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty() ||
      !fields.ReadElement(der::kSequence, &parts.to_be_signed) ||
      !fields.ReadElement(der::kSequence, &parts.algorithm) ||
      !fields.ReadBitStringBytes(&parts.signature) || !fields.empty()) {
    return std::nullopt;
  }
  return parts;
}

Bytes EncodeSigned(ByteView to_be_signed, ByteView algorithm,
                   ByteView signature) {
  der::Writer writer(to_be_signed.size() + algorithm.size() + signature.size() +
                     16);
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.AddRaw(to_be_signed);
    fields.AddRaw(algorithm);
    fields.AddBitStringBytes(signature);
  });
  return writer.Finish();
}

}  // namespace pki
