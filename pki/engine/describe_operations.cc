// The operations on operations: list them, say what one takes and answers.
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/operations.h"
#include "pki/wire/describe.h"

namespace pki {

absl::Status ListOperations(Context& /*context*/,
                            const v1::ListOperationsRequest& /*request*/,
                            v1::ListOperationsResponse* response) {
  for (const OperationOfModel& operation : OperationsOfModel()) {
    response->add_operations(operation.method->name());
    if (operation.is_engine_operation) {
      response->add_engine_operations(operation.method->name());
    }
  }
  return absl::OkStatus();
}

absl::Status DescribeOperation(Context& /*context*/,
                               const v1::DescribeOperationRequest& request,
                               v1::DescribeOperationResponse* response) {
  for (const auto& [method, is_engine_operation] : OperationsOfModel()) {
    if (method->name() == request.operation()) {
      *response = Describe(*method->input_type(), *method->output_type());
      return absl::OkStatus();
    }
  }
  return Refuse(
      v1::REASON_OPERATION_UNKNOWN, "Request.Operation",
      absl::StrCat("There is no operation ", Quote(request.operation()), "."));
}

}  // namespace pki
