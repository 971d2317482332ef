// Who signs the OCSP responses of a CA: the CA itself, or a delegate, as the
// configuration says.
//
// A delegate is a key of its own, with a certificate that the CA issued for it
// as for anybody else (template OCSPSigningCertificate_APIPassthrough, with
// id-pkix-ocsp-nocheck: its own revocation is not asked for, so it lives for a
// week only). It is made when it is needed, and another one halfway to its end,
// after a new certificate of the CA, and when it was revoked. Of two engines on
// a store that make one at once, the first to commit wins.
#ifndef PKI_ENGINE_OCSP_SIGNER_H_
#define PKI_ENGINE_OCSP_SIGNER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pki/engine/context.h"
#include "pki/revoke/ocsp_responder.h"

namespace pki {

// `ca` answers OCSP. A CA that issues nothing any more, as one that is
// DISABLED, signs itself when it has no delegate. So does one that refuses to
// issue for a delegate, as constraints on names may demand; that is tried again
// after an hour, and when the CA has changed. Errors: KEY_FAILURE,
// STORAGE_FAILURE and other failures of issuing; REASON_LOST_RACE.
absl::StatusOr<std::shared_ptr<const OcspResponder>> OcspSignerOf(
    Context& context, const SigningCa& ca, absl::Time now);

}  // namespace pki

#endif  // PKI_ENGINE_OCSP_SIGNER_H_
