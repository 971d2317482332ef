// What pkictl tells an engine when it opens one.
#ifndef PKI_CAPI_CLI_SETTINGS_H_
#define PKI_CAPI_CLI_SETTINGS_H_

#include <cstdint>
#include <string>

#include "capi/cli/json.h"
#include "capi/cli/secret.h"

namespace pkictl {

struct Settings {
  // An EngineConfiguration (proto/config.proto), but for what follows.
  Json engine = Json::object();
  // Empty for a store in memory.
  std::string store_file;
  SealingKey key;
  // 0 for those of `engine`.
  uint32_t threads = 0;
};

// All of it as an EngineConfiguration in JSON, but for the key of 32 bytes,
// which the engine asks for.
Secret EncodeSettings(const Settings& settings);

// A RewrapKeysRequest (proto/engine_operations.proto) in protobuf, and the
// count in its response.
Secret EncodeRewrapRequest(const SealingKey& new_key);
uint64_t DecodeRewrapResponse(const std::string& response);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SETTINGS_H_
