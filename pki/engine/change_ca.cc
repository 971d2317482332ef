// Reading, deciding and committing a change of a CA.
#include "pki/engine/change_ca.h"

#include <utility>

#include "pki/base/status.h"

namespace pki {
namespace {

// Decides on the CA as it is in the store, and commits if it still is so.
absl::Status TryChange(Context& context, absl::string_view arn,
                       const CaChange& change, const CaCommitHook& hook,
                       absl::Time now) {
  PKI_ASSIGN_OR_RETURN(Ca ca, context.ReadCa(arn));
  PKI_RETURN_IF_ERROR(change(ca, now));
  WriteBatch batch;
  batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
  batch.puts.emplace_back(CaKey(ca.arn.id), ca.record.SerializeAsString());
  if (hook) hook(ca, &batch);
  return context.store().Commit(std::move(batch));
}

}  // namespace

absl::Status ChangeCa(Context& context, absl::string_view arn,
                      const CaChange& change, const CaCommitHook& hook) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  return Retry([&] { return TryChange(context, arn, change, hook, now); });
}

}  // namespace pki
