// The ports that a configuration and a host ask for: what the host does not
// bring, the library has of its own.
#ifndef PKI_CAPI_PORTS_H_
#define PKI_CAPI_PORTS_H_

#include "absl/status/statusor.h"
#include "capi/pki_engine.h"
#include "pki/engine/ports.h"
#include "proto/config.pb.h"

namespace pki {

// `host` is complete (CompleteHost()) and outlives the ports. Errors:
// CONFIGURATION_ERROR under "Configuration"; STORAGE_FAILURE, KEY_FAILURE when
// a port cannot be opened.
absl::StatusOr<Ports> PortsOf(const v1::EngineConfiguration& configuration,
                              const pki_host& host);

}  // namespace pki

#endif  // PKI_CAPI_PORTS_H_
