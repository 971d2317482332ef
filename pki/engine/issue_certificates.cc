// IssueCertificates: many certificates in one commit.
#include <utility>
#include <vector>

#include "pki/base/status.h"
#include "pki/engine/authorize.h"
#include "pki/engine/issue_batch.h"
#include "pki/engine/operations.h"
#include "pki/engine/refusal.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

void ToMessage(const IssueResult& result,
               v1::IssueCertificatesResult* message) {
  if (result.ok()) {
    message->set_certificate_arn(result->arn);
    message->set_certificate(
        EncodePem(kCertificateLabel, View(result->certificate)));
    return;
  }
  *message->mutable_refusal() = RefusalOf(result.status());
}

}  // namespace

absl::Status IssueCertificates(Context& context,
                               const v1::IssueCertificatesRequest& request,
                               v1::IssueCertificatesResponse* response) {
  // What the validator or the CA's policy refuses, one by one: the rest is one
  // batch.
  std::vector<const v1::IssueCertificateRequest*> valid;
  std::vector<int> places;
  for (int i = 0; i < request.requests_size(); ++i) {
    response->add_results();
    absl::Status status =
        Under("Request", context.validator().Check(request.requests(i)));
    if (status.ok()) status = AuthorizeIssuing(context, request.requests(i));
    if (status.ok()) {
      valid.push_back(&request.requests(i));
      places.push_back(i);
    } else if (request.mode() == v1::BATCH_MODE_ALL_OR_NOTHING) {
      return UnderItem(i, status);
    } else {
      ToMessage(status, response->mutable_results(i));
    }
  }
  PKI_ASSIGN_OR_RETURN(
      const auto results,
      IssueBatch(context, valid, request.mode(), "Request.Requests"));
  for (size_t i = 0; i < places.size(); ++i) {
    ToMessage(results[i], response->mutable_results(places[i]));
  }
  return absl::OkStatus();
}

}  // namespace pki
