// IssueCertificates: many certificates in one commit.
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/engine/authorize.h"
#include "pki/engine/issue_batch.h"
#include "pki/engine/operations.h"
#include "pki/engine/refusal.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

// Whether the caller may: asked once for all requests for the same.
class Decisions {
 public:
  explicit Decisions(Context& context) : context_(context) {}

  // `request` outlives this.
  const absl::Status& Of(const v1::IssueCertificateRequest& request) {
    const auto [place, is_new] = known_.try_emplace(
        {request.certificate_authority_arn(), request.template_arn()});
    if (is_new) place->second = AuthorizeIssuing(context_, request);
    return place->second;
  }

 private:
  Context& context_;
  // By the ARNs of the CA and of the template.
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>,
                      absl::Status>
      known_;
};

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
  Decisions decisions(context);
  for (int i = 0; i < request.requests_size(); ++i) {
    response->add_results();
    absl::Status status =
        Under("Request", context.validator().Check(request.requests(i)));
    if (status.ok()) status = decisions.Of(request.requests(i));
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
