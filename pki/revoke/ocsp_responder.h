// Signs OCSP responses for one CA.
//
// A responder is made once, and holds as finished DER all that its responses
// have in common: each costs little more than its signature.
#ifndef PKI_REVOKE_OCSP_RESPONDER_H_
#define PKI_REVOKE_OCSP_RESPONDER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/keystore/key_store.h"
#include "pki/x509/ocsp_response.h"
#include "proto/config.pb.h"

namespace pki {

struct OcspResponderSettings {
  std::shared_ptr<const SigningKey> key;
  SignatureAlgorithm algorithm = SignatureAlgorithm::kEcdsaSha256;
  // Of the key, in DER: the CA's own, or that of a delegate, which goes into
  // each response.
  ByteView certificate;
  bool is_delegate = false;
  // BY_KEY if it is not BY_NAME.
  v1::OcspResponderId responder_id = v1::OCSP_RESPONDER_ID_BY_KEY;
};

// Immutable; safe on any thread.
class OcspResponder {
 public:
  // Errors: those of Certificate::Parse() at "Responder".
  static absl::StatusOr<std::shared_ptr<const OcspResponder>> New(
      const OcspResponderSettings& settings);

  // A whole OCSPResponse, made at `now`; `nonce` is empty for none. It is valid
  // until `next_update`, or as long as the responder's certificate if that ends
  // earlier (NextUpdate()). Errors: those of SignChecked().
  absl::StatusOr<Bytes> Respond(absl::Span<const OcspSingleResponse> responses,
                                absl::Time now, absl::Time next_update,
                                ByteView nonce, v1::SignatureCheck check) const;

  // The end of a response that is to be valid for `validity`, in whole seconds
  // as the response says it.
  absl::Time NextUpdate(absl::Time now, absl::Duration validity) const;

 private:
  OcspResponder() = default;

  std::shared_ptr<const SigningKey> key_;
  SignatureAlgorithm algorithm_ = SignatureAlgorithm::kEcdsaSha256;
  Bytes responder_id_;
  Bytes delegate_;  // its certificate; empty for the CA itself
  absl::Time not_after_;
};

}  // namespace pki

#endif  // PKI_REVOKE_OCSP_RESPONDER_H_
