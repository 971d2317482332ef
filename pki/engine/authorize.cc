// From the caller and the CA to what decides, read from the store.
#include "pki/engine/authorize.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/access/decide.h"
#include "pki/access/policy.h"
#include "pki/base/status.h"

namespace pki {
namespace {

// Before the account in an ARN: arn:PARTITION:acm-pca:REGION:ACCOUNT:…
constexpr int kPartsBeforeAccount = 4;

// Empty for what is no ARN. Without copies: every call comes by here.
absl::string_view AccountIn(absl::string_view arn) {
  for (int i = 0; i < kPartsBeforeAccount; ++i) {
    const size_t colon = arn.find(':');
    if (colon == absl::string_view::npos) return "";
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

absl::StatusOr<Precondition> GrantByPermission(Context& context,
                                               const Access& access,
                                               absl::string_view ca_id) {
  const Caller& caller = context.caller();
  const std::string key =
      PermissionKey(ca_id, caller.principal, caller.account);
  PKI_ASSIGN_OR_RETURN(const auto stored,
                       ReadRecord<v1::PermissionRecord>(context.store(), key));
  PKI_RETURN_IF_ERROR(Decide(caller, access, nullptr,
                             stored.has_value() ? &stored->record : nullptr));
  return Precondition{key, stored->version};
}

absl::StatusOr<Precondition> GrantByPolicy(Context& context,
                                           const Access& access,
                                           absl::string_view ca_id) {
  const std::string key = PolicyKey(ca_id);
  PKI_ASSIGN_OR_RETURN(const auto stored,
                       ReadRecord<v1::PolicyRecord>(context.store(), key));
  if (!stored.has_value()) {
    return Decide(context.caller(), access, nullptr, nullptr);
  }
  const auto policy = ParsePolicy(stored->record.policy());
  if (!policy.ok()) return DamagedRecord(key);
  PKI_RETURN_IF_ERROR(Decide(context.caller(), access, &*policy, nullptr));
  return Precondition{key, stored->version};
}

// The record that allows it.
absl::StatusOr<Precondition> Grant(Context& context, absl::string_view action,
                                   const Ca& ca,
                                   absl::string_view template_arn) {
  const Access access{action, ca.record.arn(), ca.record.owner_account(),
                      template_arn};
  return IsService(context.caller())
             ? GrantByPermission(context, access, ca.arn.id)
             : GrantByPolicy(context, access, ca.arn.id);
}

}  // namespace

absl::Status Authorize(Context& context, absl::string_view action,
                       absl::string_view ca_arn, absl::string_view field,
                       absl::string_view template_arn) {
  if (GroundFor(context.caller(), AccountIn(ca_arn)) == Ground::kOwnership) {
    return absl::OkStatus();
  }
  PKI_ASSIGN_OR_RETURN(const Ca ca, context.ReadCa(ca_arn, field));
  PKI_ASSIGN_OR_RETURN(Precondition grant,
                       Grant(context, action, ca, template_arn));
  context.store().Require(std::move(grant));
  return absl::OkStatus();
}

absl::Status AuthorizeIssuing(Context& context,
                              const v1::IssueCertificateRequest& request) {
  return Authorize(context, "IssueCertificate",
                   request.certificate_authority_arn(), kCaField,
                   request.has_template_arn()
                       ? request.template_arn()
                       : context.catalogue().Default().arn());
}

absl::Status AuthorizeInAccount(const Context& context,
                                absl::string_view action) {
  const Caller& caller = context.caller();
  return Decide(caller, {action, "*", caller.account, ""}, nullptr, nullptr);
}

absl::Status AuthorizeHost(const Context& context) {
  const std::string& account = context.settings().account_id;
  if (GroundFor(context.caller(), account) == Ground::kOwnership) {
    return absl::OkStatus();
  }
  return Refuse(v1::REASON_ACCESS_HOST_ONLY, "",
                absl::StrCat("Only account ", account,
                             ", the engine's own, may see the store as a "
                             "whole."));
}

absl::StatusOr<bool> IsShared(Context& context, const Ca& ca) {
  const absl::Status status =
      Grant(context, "DescribeCertificateAuthority", ca, "").status();
  if (ReasonOf(status) == v1::REASON_ACCESS_DENIED) return false;
  PKI_RETURN_IF_ERROR(status);
  return true;
}

}  // namespace pki
