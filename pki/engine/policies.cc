// PutPolicy, GetPolicy and DeletePolicy: what other accounts may do with a CA.
#include <string>
#include <utility>

#include "pki/access/policy.h"
#include "pki/base/status.h"
#include "pki/engine/operations.h"

namespace pki {
namespace {

constexpr absl::string_view kResourceField = "Request.ResourceArn";

// Changes the policy of a CA that lives.
template <typename Change>
absl::Status ChangePolicy(Context& context, const std::string& ca_arn,
                          const Change& change) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  return Retry(
      [&]() -> absl::Status {
        PKI_ASSIGN_OR_RETURN(
            const Ca ca,
            context.ReadCaFor(ca_arn, now, CaUse::kManage, kResourceField));
        WriteBatch batch;
        batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
        change(PolicyKey(ca.arn.id), &batch);
        return context.store().Commit(std::move(batch));
      },
      kResourceField);
}

absl::Status CheckPolicy(const v1::PutPolicyRequest& request) {
  PKI_ASSIGN_OR_RETURN(const Policy policy, ParsePolicy(request.policy()));
  return CheckForm(policy, request.resource_arn());
}

}  // namespace

absl::Status PutPolicy(Context& context, const v1::PutPolicyRequest& request,
                       v1::PutPolicyResponse* /*response*/) {
  PKI_RETURN_IF_ERROR(Under("Request", CheckPolicy(request)));
  v1::PolicyRecord record;
  record.set_format(kRecordFormat);
  record.set_policy(request.policy());
  return ChangePolicy(context, request.resource_arn(),
                      [&record](const std::string& key, WriteBatch* batch) {
                        batch->puts.emplace_back(key,
                                                 record.SerializeAsString());
                      });
}

absl::Status GetPolicy(Context& context, const v1::GetPolicyRequest& request,
                       v1::GetPolicyResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       context.ReadCaFor(request.resource_arn(), now,
                                         CaUse::kManage, kResourceField));
  PKI_ASSIGN_OR_RETURN(auto stored, ReadRecord<v1::PolicyRecord>(
                                        context.store(), PolicyKey(ca.arn.id)));
  if (!stored.has_value()) {
    return Refuse(v1::REASON_POLICY_NOT_FOUND, kResourceField,
                  "This CA has no policy.");
  }
  response->set_policy(std::move(*stored->record.mutable_policy()));
  return absl::OkStatus();
}

absl::Status DeletePolicy(Context& context,
                          const v1::DeletePolicyRequest& request,
                          v1::DeletePolicyResponse* /*response*/) {
  return ChangePolicy(context, request.resource_arn(),
                      [](std::string key, WriteBatch* batch) {
                        batch->deletes.push_back(std::move(key));
                      });
}

}  // namespace pki
