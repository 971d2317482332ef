// A TBSCertificate in parts, for tests that spoil one of them.
#ifndef PKI_LINT_TBS_DRAFT_H_
#define PKI_LINT_TBS_DRAFT_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/der/tag.h"

namespace pki {

// One element in DER.
Bytes Element(der::Tag tag, absl::string_view contents);

// A SubjectPublicKeyInfo for an AlgorithmIdentifier in DER.
Bytes Spki(const Bytes& algorithm);

struct TbsDraft {
  // Puts `extension` in the place of the one with this OID, or at the end.
  void Set(ByteView oid, const Bytes& extension);
  void SetValue(ByteView oid, bool critical, const Bytes& value);
  void Remove(ByteView oid);

  Bytes Encode() const;

  uint64_t version = 2;
  Bytes serial = "\x12\x34";
  // All in DER.
  Bytes signature_algorithm;
  Bytes issuer;
  Bytes not_before;
  Bytes not_after;
  Bytes subject;
  Bytes spki;
  Bytes unique_id;
  std::vector<Bytes> extensions;
};

}  // namespace pki

#endif  // PKI_LINT_TBS_DRAFT_H_
