// Reading a pki_caller.
#include "capi/caller.h"

#include <string>

#include "capi/host_struct.h"
#include "pki/base/status.h"

namespace pki {
namespace {

std::string ToText(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

absl::StatusOr<Caller> CallerOf(const pki_caller* given) {
  if (given == nullptr) return Caller();
  PKI_RETURN_IF_ERROR(CheckSize(*given, "caller"));
  const pki_caller whole = Complete(*given);
  return Caller{ToText(whole.account), ToText(whole.principal),
                ToText(whole.organization)};
}

}  // namespace pki
