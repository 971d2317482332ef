// The key-encryption key that a configuration or a host gives.
#ifndef PKI_CAPI_KEK_SOURCE_H_
#define PKI_CAPI_KEK_SOURCE_H_

#include "absl/status/statusor.h"
#include "capi/pki_engine.h"
#include "pki/keystore/kek.h"
#include "proto/config.pb.h"

namespace pki {

// `host` is complete (CompleteHost()); its callback is called here. Errors:
// REASON_KEK_SOURCES when more than one key is given; REASON_KEK_SIZE at
// "Configuration.KeyEncryptionKey"; REASON_KEK_CALLBACK.
absl::StatusOr<KekSource> KekSourceOf(
    const v1::EngineConfiguration& configuration, const pki_host& host);

}  // namespace pki

#endif  // PKI_CAPI_KEK_SOURCE_H_
