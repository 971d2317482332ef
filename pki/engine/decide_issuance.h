// From a request to issue to what is put together: all that IssueCertificate
// and ExplainIssuance decide alike.
#ifndef PKI_ENGINE_DECIDE_ISSUANCE_H_
#define PKI_ENGINE_DECIDE_ISSUANCE_H_

#include <array>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pki/base/ports.h"
#include "pki/engine/arn.h"
#include "pki/engine/context.h"
#include "pki/issue/issuer.h"
#include "pki/template/prepared_template.h"
#include "proto/service.pb.h"

namespace pki {

using Serial = std::array<uint8_t, kSerialSize>;

// Random, and never zero (RFC 5280 section 4.1.2.2). Errors: ENTROPY_FAILURE.
absl::StatusOr<Serial> NewSerial(Entropy& entropy);

// The template that the request names, or the default one. Errors:
// REASON_TEMPLATE_ARN, REASON_TEMPLATE_UNKNOWN.
absl::StatusOr<const PreparedTemplate*> FindTemplate(
    const Catalogue& catalogue, const v1::IssueCertificateRequest& request);

// Runs the checks of a request on one version of a CA, in the order that
// operations.h states, up to the names and extensions. Then hands over what is
// to be put together, whose views live until `use` returns, and answers with
// its status.
absl::Status DecideIssuance(
    const v1::IssueCertificateRequest& request, const PreparedTemplate& form,
    const SigningCa& signer, absl::Time now, ByteView serial,
    const std::function<absl::Status(const Issuance&)>& use);

}  // namespace pki

#endif  // PKI_ENGINE_DECIDE_ISSUANCE_H_
