// Requests to issue that are decided and signed together and recorded in one
// commit: what IssueCertificate, a batch of one, and IssueCertificates share.
#ifndef PKI_ENGINE_ISSUE_BATCH_H_
#define PKI_ENGINE_ISSUE_BATCH_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pki/base/bytes.h"
#include "pki/engine/context.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {

struct IssuedCertificate {
  std::string arn;
  Bytes certificate;  // in DER
};
using IssueResult = absl::StatusOr<IssuedCertificate>;

// Adds to the commit of a batch what belongs to its first certificate, or stops
// it with a refusal.
using CommitHook = std::function<absl::Status(const IssuedCertificate& first,
                                              WriteBatch* batch)>;

// Decides each request, which has passed the validator, as operations.h states
// for IssueCertificate(), and issues with one commit. One result a request, in
// their order: what was issued now, or before for the same token, or the
// refusal. Equal requests with the same token are one. Nothing is signed before
// all is decided.
//
// With BATCH_MODE_ALL_OR_NOTHING the first refusal is that of the whole, with
// its field under "Request.Requests[i]". Other errors: CLOCK_FAILURE; what the
// commit failed with; REASON_LOST_RACE at `ca_field`. `hook` may be null.
absl::StatusOr<std::vector<IssueResult>> IssueBatch(
    Context& context,
    absl::Span<const v1::IssueCertificateRequest* const> requests,
    v1::BatchMode mode, absl::string_view ca_field = kCaField,
    const CommitHook& hook = nullptr);

// `refusal`, of the request at `index` of an IssueCertificatesRequest, as that
// of the whole.
absl::Status UnderItem(size_t index, const absl::Status& refusal);

}  // namespace pki

#endif  // PKI_ENGINE_ISSUE_BATCH_H_
