// Hashes that are made once.
#include "pki/revoke/ocsp_issuer.h"

#include <algorithm>

#include "pki/base/status.h"
#include "pki/crypto/spki.h"
#include "pki/x509/certificate.h"

namespace pki {

absl::StatusOr<OcspIssuer> OcspIssuer::New(
    absl::Span<const ByteView> certificates) {
  OcspIssuer issuer;
  issuer.hashes_.resize(CertIdHashes().size());
  for (const ByteView der : certificates) {
    PKI_ASSIGN_OR_RETURN(const Certificate certificate,
                         Certificate::Parse(der, "Issuer"));
    PKI_ASSIGN_OR_RETURN(
        const Spki spki,
        ParseSpki(certificate.tbs().spki, "Issuer.subjectPublicKeyInfo"));
    for (const CertIdHash hash : CertIdHashes()) {
      Hashes& hashes = issuer.hashes_[static_cast<size_t>(hash)];
      hashes.names.push_back(HashBy(hash, certificate.tbs().subject));
      hashes.key = HashBy(hash, spki.key);
    }
  }
  return issuer;
}

bool OcspIssuer::IsIssuerOf(const CertId& id) const {
  if (!id.hash.has_value()) return false;
  const Hashes& own = By(*id.hash);
  return Text(id.issuer_key_hash) == own.key &&
         std::find(own.names.begin(), own.names.end(),
                   Text(id.issuer_name_hash)) != own.names.end();
}

Bytes OcspIssuer::CertIdOf(ByteView serial) const {
  const Hashes& own = By(CertIdHash::kSha1);
  return EncodeCertId(CertIdHash::kSha1, View(own.names.back()), View(own.key),
                      serial);
}

}  // namespace pki
