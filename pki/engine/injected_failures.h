// The test mode: calls that are refused as the service, far away and busy,
// would refuse them, and this engine never does.
#ifndef PKI_ENGINE_INJECTED_FAILURES_H_
#define PKI_ENGINE_INJECTED_FAILURES_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/config.pb.h"

namespace pki {

// Counts the calls of one engine. Safe on any thread.
class InjectedFailures {
 public:
  // `is_operation` knows the names. Errors: REASON_CONFIGURATION_INJECTION.
  static absl::StatusOr<InjectedFailures> New(
      const v1::EngineConfiguration& configuration,
      const std::function<bool(absl::string_view)>& is_operation);

  // Counts one call of the operation. Errors: what is configured for it.
  absl::Status Next(absl::string_view operation) const;

 private:
  // Calls of one operation, counted from 0.
  struct Span {
    uint64_t begin;
    uint64_t end;
    v1::Reason reason;
  };
  struct Plan {
    std::vector<Span> refused;  // in order, apart from each other
    std::atomic<uint64_t> calls{0};
  };

  // By operation; empty unless a test asks for it.
  absl::flat_hash_map<std::string, std::unique_ptr<Plan>> plans_;
};

}  // namespace pki

#endif  // PKI_ENGINE_INJECTED_FAILURES_H_
