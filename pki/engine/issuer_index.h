// Which CAs have a key, by hashes of the key: what CertIDs of OCSP name.
#ifndef PKI_ENGINE_ISSUER_INDEX_H_
#define PKI_ENGINE_ISSUER_INDEX_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/store/store.h"

namespace pki {

// The keys under which the store has the ARN of the CA with this key, one for
// each of CertIdHashes(); none for what is no SubjectPublicKeyInfo.
std::vector<std::string> IssuerKeys(ByteView spki, absl::string_view ca_id);

// The ARNs of the CAs whose key has this hash: one, unless a host gives several
// CAs the same key. Errors: STORAGE_FAILURE.
absl::StatusOr<std::vector<std::string>> FindIssuers(Store& store,
                                                     ByteView key_hash);

}  // namespace pki

#endif  // PKI_ENGINE_ISSUER_INDEX_H_
