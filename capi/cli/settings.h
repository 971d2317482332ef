// What pkictl tells an engine when it opens one.
#ifndef PKI_CAPI_CLI_SETTINGS_H_
#define PKI_CAPI_CLI_SETTINGS_H_

#include <cstdint>
#include <string>

#include "capi/cli/secret.h"

namespace pkictl {

struct Settings {
  // Empty for a store in memory.
  std::string store_file;
  SealingKey key;
  // 0 for the engine's default.
  uint32_t threads = 0;
};

// An EngineConfiguration (proto/config.proto) in protobuf.
Secret EncodeSettings(const Settings& settings);

// A RewrapKeysRequest (proto/engine_operations.proto) in protobuf, and the
// count in its response.
Secret EncodeRewrapRequest(const SealingKey& new_key);
uint64_t DecodeRewrapResponse(const std::string& response);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SETTINGS_H_
