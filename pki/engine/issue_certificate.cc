// IssueCertificate: from a request to a certificate on record.
#include <utility>

#include "pki/base/status.h"
#include "pki/engine/issue_batch.h"
#include "pki/engine/operations.h"

namespace pki {

absl::Status IssueCertificate(Context& context,
                              const v1::IssueCertificateRequest& request,
                              v1::IssueCertificateResponse* response) {
  PKI_ASSIGN_OR_RETURN(
      auto results, IssueBatch(context, {&request}, v1::BATCH_MODE_PER_ITEM));
  PKI_ASSIGN_OR_RETURN(IssuedCertificate issued, std::move(results.front()));
  response->set_certificate_arn(std::move(issued.arn));
  return absl::OkStatus();
}

}  // namespace pki
