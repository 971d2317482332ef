// Counting calls, and refusing those that are configured to be.
#include "pki/engine/injected_failures.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"

namespace pki {
namespace {

constexpr absl::string_view kInjectable = "REASON_INJECTED_";

absl::Status CheckFailure(
    const v1::InjectedFailure& failure, absl::string_view field,
    const std::function<bool(absl::string_view)>& is_operation) {
  if (!is_operation(failure.operation())) {
    return Refuse(
        v1::REASON_CONFIGURATION_INJECTION, absl::StrCat(field, ".Operation"),
        absl::StrCat("There is no operation ", Quote(failure.operation()),
                     " whose calls could be refused."));
  }
  if (!absl::StartsWith(v1::Reason_Name(failure.reason()), kInjectable)) {
    return Refuse(
        v1::REASON_CONFIGURATION_INJECTION, absl::StrCat(field, ".Reason"),
        absl::StrCat("The test mode refuses calls for one of the reasons ",
                     kInjectable, "*."));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<InjectedFailures> InjectedFailures::New(
    const v1::EngineConfiguration& configuration,
    const std::function<bool(absl::string_view)>& is_operation) {
  InjectedFailures failures;
  for (int i = 0; i < configuration.injected_failures_size(); ++i) {
    const v1::InjectedFailure& failure = configuration.injected_failures(i);
    PKI_RETURN_IF_ERROR(CheckFailure(
        failure, absl::StrCat("Configuration.InjectedFailures[", i, "]"),
        is_operation));
    std::unique_ptr<Plan>& plan = failures.plans_[failure.operation()];
    if (plan == nullptr) plan = std::make_unique<Plan>();
    // Each begins to count where the one before it ends.
    const uint64_t before =
        plan->refused.empty() ? 0 : plan->refused.back().end;
    const uint64_t begin = before + failure.after();
    plan->refused.push_back(
        {begin, begin + std::max(failure.times(), 1U), failure.reason()});
  }
  return failures;
}

absl::Status InjectedFailures::Next(absl::string_view operation) const {
  if (plans_.empty()) return absl::OkStatus();
  const auto found = plans_.find(operation);
  if (found == plans_.end()) return absl::OkStatus();
  Plan& plan = *found->second;
  const uint64_t call = plan.calls++;
  for (const Span& span : plan.refused) {
    if (call >= span.begin && call < span.end) {
      return Refuse(span.reason, "",
                    absl::StrCat("The test mode of this engine refuses call ",
                                 call + 1, " of ", operation, "."));
    }
  }
  return absl::OkStatus();
}

}  // namespace pki
