// The numbers of the fields are those of proto/.
#include "capi/cli/settings.h"

#include "capi/cli/wire.h"

namespace pkictl {

Secret EncodeSettings(const Settings& settings) {
  Secret message;
  AppendBytes(6, View(settings.key.key), &message);
  AppendBytes(7, settings.store_file, &message);
  AppendBytes(9, View(settings.key.passphrase), &message);
  AppendVarint(10, settings.threads, &message);
  return message;
}

Secret EncodeRewrapRequest(const SealingKey& new_key) {
  Secret message;
  AppendBytes(1, View(new_key.key), &message);
  AppendBytes(2, View(new_key.passphrase), &message);
  return message;
}

uint64_t DecodeRewrapResponse(const std::string& response) {
  return FindVarint(1, response);
}

}  // namespace pkictl
