// The operations on the store itself: check, copy, describe.
#include <string>
#include <utility>

#include "pki/base/status.h"
#include "pki/engine/operations.h"
#include "pki/store/maintenance.h"

namespace pki {
namespace {

absl::StatusOr<StoreMaintenance*> MaintenanceOf(const Context& context) {
  if (StoreMaintenance* const maintenance = context.maintenance()) {
    return maintenance;
  }
  return Refuse(v1::REASON_MAINTENANCE_UNSUPPORTED, "",
                "The store of this engine is not a file (store_file in the "
                "configuration): there is nothing to check, copy or describe.");
}

}  // namespace

absl::Status CheckStore(Context& context,
                        const v1::CheckStoreRequest& /*request*/,
                        v1::CheckStoreResponse* response) {
  PKI_ASSIGN_OR_RETURN(StoreMaintenance* const maintenance,
                       MaintenanceOf(context));
  PKI_ASSIGN_OR_RETURN(auto problems, maintenance->Check());
  for (std::string& problem : problems) {
    response->add_problems(std::move(problem));
  }
  return absl::OkStatus();
}

absl::Status BackupStore(Context& context,
                         const v1::BackupStoreRequest& request,
                         v1::BackupStoreResponse* /*response*/) {
  PKI_ASSIGN_OR_RETURN(StoreMaintenance* const maintenance,
                       MaintenanceOf(context));
  return maintenance->Backup(request.path(), context.progress());
}

absl::Status DescribeStore(Context& context,
                           const v1::DescribeStoreRequest& /*request*/,
                           v1::DescribeStoreResponse* response) {
  PKI_ASSIGN_OR_RETURN(StoreMaintenance* const maintenance,
                       MaintenanceOf(context));
  PKI_ASSIGN_OR_RETURN(StoreMaintenance::Description description,
                       maintenance->Describe());
  response->set_path(std::move(description.path));
  response->set_format(description.format);
  response->set_file_size(description.file_size);
  response->set_log_size(description.log_size);
  for (auto& [kind, count] : description.records) {
    v1::RecordCount& record = *response->add_records();
    record.set_kind(std::move(kind));
    record.set_count(count);
  }
  return absl::OkStatus();
}

}  // namespace pki
