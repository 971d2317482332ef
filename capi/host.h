// The ports that a program fills through pki_host, or the system by default.
#ifndef PKI_CAPI_HOST_H_
#define PKI_CAPI_HOST_H_

#include <memory>

#include "absl/status/status.h"
#include "capi/pki_engine.h"
#include "pki/base/ports.h"
#include "pki/object/object_sink.h"
#include "pki/store/maintenance.h"

namespace pki {

// Whether `host` is null or begins with a size. Errors: REASON_STRUCT_SIZE.
absl::Status CheckHost(const pki_host* host);

// The host as this version knows it: what `host` is too short for is null, and
// so is everything when `host` is.
pki_host CompleteHost(const pki_host* host);

// The host's clock, or the system's.
std::shared_ptr<Clock> ClockOf(const pki_host& host);

// The host's source of randomness, or the crypto library's.
std::shared_ptr<Entropy> EntropyOf(const pki_host& host);

// Gives the host a copy of every object; null when it does not ask.
std::shared_ptr<ObjectSink> ObjectSinkOf(const pki_host& host);

// Tells the host how far long operations are; null when it does not ask.
Progress ProgressOf(const pki_host& host);

}  // namespace pki

#endif  // PKI_CAPI_HOST_H_
