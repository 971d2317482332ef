// CreatePermission, DeletePermission and ListPermissions: what a service may do
// with a CA on its owner's behalf.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/operations.h"
#include "pki/engine/page.h"

namespace pki {
namespace {

// The one principal that there is (API Reference: CreatePermission).
constexpr absl::string_view kPrincipal = "acm.amazonaws.com";

absl::Status CheckPrincipal(absl::string_view principal) {
  if (principal == kPrincipal) return absl::OkStatus();
  return Refuse(v1::REASON_PERMISSION_PRINCIPAL, "Request.Principal",
                absl::StrCat("The only principal is ", kPrincipal, "."));
}

template <typename Request>
std::string AccountOf(const Context& context, const Request& request) {
  return request.has_source_account() ? request.source_account()
                                      : context.caller().account;
}

}  // namespace

absl::Status CreatePermission(Context& context,
                              const v1::CreatePermissionRequest& request,
                              v1::CreatePermissionResponse* /*response*/) {
  PKI_RETURN_IF_ERROR(CheckPrincipal(request.principal()));
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  v1::PermissionRecord record;
  record.set_format(kRecordFormat);
  record.set_principal(request.principal());
  record.set_source_account(AccountOf(context, request));
  for (const int action : request.actions()) {
    const auto& known = record.actions();
    if (std::find(known.begin(), known.end(), action) == known.end()) {
      record.add_actions(static_cast<v1::ActionType>(action));
    }
  }
  *record.mutable_created_at() = ToTimestamp(now);
  return Retry([&]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(
        const Ca ca, context.ReadCaFor(request.certificate_authority_arn(), now,
                                       CaUse::kManage));
    const std::string key =
        PermissionKey(ca.arn.id, record.principal(), record.source_account());
    PKI_ASSIGN_OR_RETURN(const auto existing, context.store().Get(key));
    if (existing.has_value()) {
      return Refuse(v1::REASON_PERMISSION_EXISTS, "Request.Principal",
                    absl::StrCat(record.principal(),
                                 " has a permission already; delete it "
                                 "first."));
    }
    WriteBatch batch;
    batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
    batch.preconditions.push_back({key, std::nullopt});
    batch.puts.emplace_back(key, record.SerializeAsString());
    return context.store().Commit(std::move(batch));
  });
}

absl::Status DeletePermission(Context& context,
                              const v1::DeletePermissionRequest& request,
                              v1::DeletePermissionResponse* /*response*/) {
  PKI_RETURN_IF_ERROR(CheckPrincipal(request.principal()));
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  return Retry([&]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(
        const Ca ca, context.ReadCaFor(request.certificate_authority_arn(), now,
                                       CaUse::kManage));
    const std::string key = PermissionKey(ca.arn.id, request.principal(),
                                          AccountOf(context, request));
    PKI_ASSIGN_OR_RETURN(const auto existing, context.store().Get(key));
    if (!existing.has_value()) {
      return Refuse(
          v1::REASON_PERMISSION_NOT_FOUND, "Request.Principal",
          absl::StrCat(request.principal(), " has no permission here."));
    }
    WriteBatch batch;
    batch.preconditions.push_back({key, existing->version});
    batch.deletes.push_back(key);
    return context.store().Commit(std::move(batch));
  });
}

absl::Status ListPermissions(Context& context,
                             const v1::ListPermissionsRequest& request,
                             v1::ListPermissionsResponse* response) {
  const std::string& arn = request.certificate_authority_arn();
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       context.ReadCaFor(arn, now, CaUse::kManage));
  PKI_ASSIGN_OR_RETURN(
      const std::vector<Entry> entries,
      ScanPage(context, absl::StrCat("ListPermissions/", arn),
               KeysUnder(PermissionPrefix(ca.arn.id)), request, response));
  for (const Entry& entry : entries) {
    PKI_ASSIGN_OR_RETURN(const auto stored,
                         ToRecord<v1::PermissionRecord>(entry));
    v1::Permission& shown = *response->add_permissions();
    shown.set_certificate_authority_arn(arn);
    *shown.mutable_created_at() = stored.record.created_at();
    shown.set_principal(stored.record.principal());
    shown.set_source_account(stored.record.source_account());
    *shown.mutable_actions() = stored.record.actions();
  }
  return absl::OkStatus();
}

}  // namespace pki
