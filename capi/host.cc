// Clock and Entropy over the callbacks of a pki_host.
#include "capi/host.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "pki/base/status.h"
#include "pki/crypto/random.h"

namespace pki {
namespace {

class SystemClock : public Clock {
 public:
  absl::StatusOr<absl::Time> Now() override { return absl::Now(); }
};

class HostClock : public Clock {
 public:
  explicit HostClock(const pki_host& host) : host_(host) {}

  absl::StatusOr<absl::Time> Now() override {
    int64_t milliseconds = 0;
    const int32_t result = host_.clock(host_.context, &milliseconds);
    if (result != 0) {
      return Refuse(
          v1::REASON_CLOCK_CALLBACK, "",
          absl::StrCat("The host's clock failed, returning ", result, "."));
    }
    return absl::FromUnixMillis(milliseconds);
  }

 private:
  const pki_host host_;
};

class HostEntropy : public Entropy {
 public:
  explicit HostEntropy(const pki_host& host) : host_(host) {}

  absl::Status Fill(uint8_t* out, size_t size) override {
    const int32_t result = host_.entropy(host_.context, out, size);
    if (result == 0) return absl::OkStatus();
    return Refuse(v1::REASON_ENTROPY_CALLBACK, "",
                  absl::StrCat("The host's source of randomness failed, "
                               "returning ",
                               result, "."));
  }

 private:
  const pki_host host_;
};

}  // namespace

absl::Status CheckHost(const pki_host* host) {
  if (host == nullptr || host->size >= sizeof(host->size)) {
    return absl::OkStatus();
  }
  return Refuse(v1::REASON_STRUCT_SIZE, "host.size",
                absl::StrCat("The size of a pki_host is sizeof(pki_host), not ",
                             host->size, "."));
}

pki_host CompleteHost(const pki_host* host) {
  pki_host complete = {};
  if (host != nullptr) {
    // Every member has the size of a pointer: one that is cut is not there.
    const size_t whole = host->size - host->size % sizeof(void*);
    std::memcpy(&complete, host, std::min(whole, sizeof(complete)));
  }
  return complete;
}

std::shared_ptr<Clock> ClockOf(const pki_host& host) {
  if (host.clock == nullptr) return std::make_shared<SystemClock>();
  return std::make_shared<HostClock>(host);
}

std::shared_ptr<Entropy> EntropyOf(const pki_host& host) {
  if (host.entropy == nullptr) return std::make_shared<CryptoEntropy>();
  return std::make_shared<HostEntropy>(host);
}

}  // namespace pki
