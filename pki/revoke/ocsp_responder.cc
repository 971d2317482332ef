// What responses have in common, and the signature on each.
#include "pki/revoke/ocsp_responder.h"

#include <algorithm>

#include "pki/base/status.h"
#include "pki/crypto/digest.h"
#include "pki/crypto/spki.h"
#include "pki/keystore/checked_signature.h"
#include "pki/x509/certificate.h"

namespace pki {

absl::StatusOr<std::shared_ptr<const OcspResponder>> OcspResponder::New(
    const OcspResponderSettings& settings) {
  PKI_ASSIGN_OR_RETURN(const Certificate certificate,
                       Certificate::Parse(settings.certificate, "Responder"));
  PKI_ASSIGN_OR_RETURN(
      const Spki spki,
      ParseSpki(certificate.tbs().spki, "Responder.subjectPublicKeyInfo"));
  std::shared_ptr<OcspResponder> responder(new OcspResponder);
  responder->key_ = settings.key;
  responder->algorithm_ = settings.algorithm;
  responder->responder_id_ =
      settings.responder_id == v1::OCSP_RESPONDER_ID_BY_NAME
          ? EncodeOcspResponderByName(certificate.tbs().subject)
          : EncodeOcspResponderByKey(Sha1(spki.key));
  if (settings.is_delegate) responder->delegate_ = Copy(settings.certificate);
  responder->not_after_ = certificate.tbs().not_after;
  return std::shared_ptr<const OcspResponder>(std::move(responder));
}

absl::Time OcspResponder::NextUpdate(absl::Time now,
                                     absl::Duration validity) const {
  return absl::FromUnixSeconds(
      absl::ToUnixSeconds(std::min(now + validity, not_after_)));
}

absl::StatusOr<Bytes> OcspResponder::Respond(
    absl::Span<const OcspSingleResponse> responses, absl::Time now,
    absl::Time next_update, ByteView nonce, v1::SignatureCheck check) const {
  const Bytes data = EncodeOcspResponseData(
      {View(responder_id_), responses, now, next_update, nonce});
  PKI_ASSIGN_OR_RETURN(const Bytes signature,
                       SignChecked(*key_, algorithm_, View(data), check));
  return EncodeOcspResponse(View(data), InfoOf(algorithm_).identifier,
                            View(signature), View(delegate_));
}

}  // namespace pki
