// Putting a draft together.
#include "pki/lint/tbs_draft.h"

#include <algorithm>

#include "pki/der/writer.h"
#include "pki/x509/extension.h"

namespace pki {

Bytes Element(der::Tag tag, absl::string_view contents) {
  der::Writer writer;
  writer.AddText(tag, contents);
  return writer.Finish();
}

Bytes Spki(const Bytes& algorithm) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    fields.AddRaw(View(algorithm));
    fields.AddBitStringBytes(View("key"));
  });
  return writer.Finish();
}

void TbsDraft::Set(ByteView oid, const Bytes& extension) {
  Remove(oid);
  extensions.push_back(extension);
}

void TbsDraft::SetValue(ByteView oid, bool critical, const Bytes& value) {
  Set(oid, EncodeExtension(oid, critical, View(value)));
}

void TbsDraft::Remove(ByteView oid) {
  const Bytes start = Element(der::kOid, Text(oid));
  extensions.erase(std::remove_if(extensions.begin(), extensions.end(),
                                  [&](const Bytes& extension) {
                                    return absl::string_view(extension).substr(
                                               2, start.size()) == start;
                                  }),
                   extensions.end());
}

Bytes TbsDraft::Encode() const {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& tbs) {
    tbs.Add(der::ContextConstructed(0),
            [&](der::Writer& fields) { fields.AddUint64(version); });
    tbs.AddText(der::kInteger, serial);
    tbs.AddRaw(View(signature_algorithm));
    tbs.AddRaw(View(issuer));
    tbs.Add(der::kSequence, [&](der::Writer& validity) {
      validity.AddRaw(View(not_before));
      validity.AddRaw(View(not_after));
    });
    tbs.AddRaw(View(subject));
    tbs.AddRaw(View(spki));
    tbs.AddRaw(View(unique_id));
    tbs.Add(der::ContextConstructed(3), [&](der::Writer& outer) {
      outer.Add(der::kSequence, [&](der::Writer& list) {
        for (const Bytes& extension : extensions) list.AddRaw(View(extension));
      });
    });
  });
  return writer.Finish();
}

}  // namespace pki
