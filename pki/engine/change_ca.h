// One way to change a CA: read, decide, commit, and decide again when somebody
// else was faster.
#ifndef PKI_ENGINE_CHANGE_CA_H_
#define PKI_ENGINE_CHANGE_CA_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pki/engine/context.h"

namespace pki {

// Changes the CA's record, as of `now`, or refuses. It may run several times.
using CaChange = std::function<absl::Status(Ca& ca, absl::Time now)>;

// Adds to the commit of a changed CA what belongs to it.
using CaCommitHook = std::function<void(const Ca& ca, WriteBatch* batch)>;

// Errors: those of Context::ReadCa() and of `change`; REASON_LOST_RACE;
// STORAGE_FAILURE.
absl::Status ChangeCa(Context& context, absl::string_view arn,
                      const CaChange& change, const CaCommitHook& hook = {});

}  // namespace pki

#endif  // PKI_ENGINE_CHANGE_CA_H_
