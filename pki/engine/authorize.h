// Each operation's question, before it acts: may this caller?
#ifndef PKI_ENGINE_AUTHORIZE_H_
#define PKI_ENGINE_AUTHORIZE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pki/engine/context.h"
#include "proto/service.pb.h"

namespace pki {

// Whether the caller may do `action` with the CA. The owner's own calls cost
// nothing: the ARN says whose the CA is. Others need its policy or a
// permission, which then guards the rest of the call. Errors:
// REASON_ACCESS_DENIED; those of Context::ReadCa() at `field`.
absl::Status Authorize(Context& context, absl::string_view action,
                       absl::string_view ca_arn,
                       absl::string_view field = kCaField,
                       absl::string_view template_arn = "");

// The same for what the request asks to be issued.
absl::Status AuthorizeIssuing(Context& context,
                              const v1::IssueCertificateRequest& request);

// Whether the caller may do `action` in its own account: every caller but a
// service. Errors: REASON_ACCESS_DENIED.
absl::Status AuthorizeInAccount(const Context& context,
                                absl::string_view action);

// Whether the caller is the engine's own account, which alone may see the store
// as a whole. Errors: REASON_ACCESS_HOST_ONLY.
absl::Status AuthorizeHost(const Context& context);

// Whether the CA, of another account, is shown to the caller. Errors:
// STORAGE_FAILURE.
absl::StatusOr<bool> IsShared(Context& context, const Ca& ca);

}  // namespace pki

#endif  // PKI_ENGINE_AUTHORIZE_H_
