// Copies the detail of a status.
#include "pki/engine/refusal.h"

#include "pki/base/status.h"

namespace pki {

v1::Refusal RefusalOf(const absl::Status& status) {
  const v1::ErrorDetail detail = DetailOf(status);
  v1::Refusal refusal;
  refusal.set_code(InfoOf(detail.code()).name());
  refusal.set_reason(v1::Reason_Name(detail.reason()));
  refusal.set_field(detail.field());
  refusal.set_message(detail.message());
  return refusal;
}

}  // namespace pki
