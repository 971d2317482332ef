// How a command ends.
#include "capi/cli/command.h"

#include "absl/strings/cord.h"

namespace pkictl {
namespace {

constexpr char kWrongUsage[] = "pkictl/wrong-usage";

}  // namespace

absl::Status WrongUsage(absl::string_view text) {
  absl::Status status = absl::InvalidArgumentError(text);
  status.SetPayload(kWrongUsage, absl::Cord());
  return status;
}

bool IsWrongUsage(const absl::Status& status) {
  return status.GetPayload(kWrongUsage).has_value();
}

}  // namespace pkictl
