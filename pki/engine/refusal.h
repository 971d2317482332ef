// What went wrong with a part of a call, inside its answer.
#ifndef PKI_ENGINE_REFUSAL_H_
#define PKI_ENGINE_REFUSAL_H_

#include "absl/status/status.h"
#include "proto/engine_operations.pb.h"

namespace pki {

v1::Refusal RefusalOf(const absl::Status& status);

}  // namespace pki

#endif  // PKI_ENGINE_REFUSAL_H_
