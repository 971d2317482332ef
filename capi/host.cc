// Clock, Entropy and ObjectSink over the callbacks of a pki_host.
#include "capi/host.h"

#include <cstdint>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "capi/host_struct.h"
#include "pki/base/status.h"
#include "pki/crypto/random.h"

namespace pki {
namespace {

// How many bytes of an object are handed over at a time.
constexpr size_t kObjectPart = 1 << 20;

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
      return CallbackFailed(v1::REASON_CLOCK_CALLBACK, "The host's clock",
                            result);
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
    return CallbackFailed(v1::REASON_ENTROPY_CALLBACK,
                          "The host's source of randomness", result);
  }

 private:
  const pki_host host_;
};

class HostObjects : public ObjectSink {
 public:
  explicit HostObjects(const pki_host& host) : host_(host) {}

  absl::Status Put(const ObjectReader& object) override {
    pki_object_part part = {};
    part.bucket = object.name().bucket.c_str();
    part.key = object.name().key.c_str();
    part.content_type = object.record().content_type().c_str();
    part.content_id = object.record().content_id().c_str();
    part.object_size = object.record().size();
    do {
      PKI_ASSIGN_OR_RETURN(const Bytes bytes,
                           object.Read(part.offset, kObjectPart));
      part.bytes = ToC(bytes);
      const int32_t result = host_.object(host_.context, &part);
      if (result != 0) {
        return CallbackFailed(v1::REASON_OBJECT_CALLBACK,
                              "The host's function for objects", result);
      }
      part.offset += bytes.size();
    } while (part.offset < part.object_size);
    return absl::OkStatus();
  }

 private:
  const pki_host host_;
};

}  // namespace

absl::Status CheckHost(const pki_host* host) {
  return host == nullptr ? absl::OkStatus() : CheckSize(*host, "host");
}

pki_host CompleteHost(const pki_host* host) {
  return host == nullptr ? pki_host{} : Complete(*host);
}

std::shared_ptr<Clock> ClockOf(const pki_host& host) {
  if (host.clock == nullptr) return std::make_shared<SystemClock>();
  return std::make_shared<HostClock>(host);
}

std::shared_ptr<Entropy> EntropyOf(const pki_host& host) {
  if (host.entropy == nullptr) return std::make_shared<CryptoEntropy>();
  return std::make_shared<HostEntropy>(host);
}

std::shared_ptr<ObjectSink> ObjectSinkOf(const pki_host& host) {
  if (host.object == nullptr) return nullptr;
  return std::make_shared<HostObjects>(host);
}

Progress ProgressOf(const pki_host& host) {
  if (host.progress == nullptr) return nullptr;
  return [host](uint64_t done, uint64_t total) {
    return host.progress(host.context, done, total) == 0;
  };
}

}  // namespace pki
