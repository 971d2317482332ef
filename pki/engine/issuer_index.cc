// Entries issuer/<hash>/<ca id>.
#include "pki/engine/issuer_index.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/crypto/spki.h"
#include "pki/store/key_range.h"
#include "pki/x509/ocsp_cert_id.h"

namespace pki {
namespace {

// More CAs with one key than anybody means to have.
constexpr size_t kMaxIssuers = 16;

std::string Prefix(ByteView key_hash) {
  return absl::StrCat("issuer/", Hex(key_hash), "/");
}

}  // namespace

std::vector<std::string> IssuerKeys(ByteView spki, absl::string_view ca_id) {
  std::vector<std::string> keys;
  const auto parts = ParseSpki(spki, "");
  if (!parts.ok()) return keys;
  for (const CertIdHash hash : CertIdHashes()) {
    keys.push_back(absl::StrCat(Prefix(View(HashBy(hash, parts->key))), ca_id));
  }
  return keys;
}

absl::StatusOr<std::vector<std::string>> FindIssuers(Store& store,
                                                     ByteView key_hash) {
  PKI_ASSIGN_OR_RETURN(std::vector<Entry> entries,
                       store.Scan(KeysUnder(Prefix(key_hash)), kMaxIssuers));
  std::vector<std::string> arns;
  for (Entry& entry : entries) arns.push_back(std::move(entry.value));
  return arns;
}

}  // namespace pki
