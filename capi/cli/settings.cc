// The numbers of the fields are those of proto/.
#include "capi/cli/settings.h"

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "capi/cli/wire.h"

namespace pkictl {

// Leaves no copy of the passphrase. The engine's parser leaves one: the price
// of a configuration that has members unknown here.
Secret EncodeSettings(const Settings& settings) {
  Json engine = settings.engine;
  if (!settings.store_file.empty()) engine["storeFile"] = settings.store_file;
  if (settings.threads != 0) engine["threads"] = settings.threads;
  const std::string json = engine.dump();
  Secret text(json.begin(), json.end());
  const Secret& passphrase = settings.key.passphrase;
  if (passphrase.empty()) return text;
  std::string encoded = absl::Base64Escape(View(passphrase));
  text.pop_back();
  for (const absl::string_view part :
       {absl::string_view(engine.empty() ? "" : ","),
        absl::string_view("\"passphrase\":\""), absl::string_view(encoded),
        absl::string_view("\"}")}) {
    text.insert(text.end(), part.begin(), part.end());
  }
  explicit_bzero(&encoded[0], encoded.size());
  return text;
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
