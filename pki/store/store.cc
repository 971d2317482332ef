// The one refusal that is the same in every store.
#include "pki/store/store.h"

#include "pki/base/status.h"

namespace pki {

absl::Status PreconditionFailed() {
  return Refuse(v1::REASON_STORE_PRECONDITION, "",
                "the record changed meanwhile; try again");
}

}  // namespace pki
