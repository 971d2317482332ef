// Reading the configuration, strictly: a member that is not known is an error.
#include "capi/cli/serve/configuration.h"

#include <cstdint>
#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "capi/cli/configuration.h"
#include "capi/cli/secret.h"

namespace pkictl {
namespace {

absl::Status Wrong(const std::string& where, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(where, " ", what));
}

auto ToText(std::string* text) {
  return [text](const Json& value) {
    if (!value.is_string()) return absl::InvalidArgumentError("is no text");
    *text = value.get<std::string>();
    return absl::OkStatus();
  };
}

// Empty, it would be as if it were not there, which means something else.
auto ToFileName(std::string* name) {
  return [name](const Json& value) {
    absl::Status read = ToText(name)(value);
    if (read.ok() && name->empty()) {
      return absl::InvalidArgumentError("is empty");
    }
    return read;
  };
}

auto ToNumber(uint32_t* number) {
  return [number](const Json& value) {
    if (!value.is_number_unsigned() || value.get<uint64_t>() == 0 ||
        value.get<uint64_t>() > INT32_MAX) {
      return absl::InvalidArgumentError("is no number from 1 to 2147483647");
    }
    *number = value.get<uint32_t>();
    return absl::OkStatus();
  };
}

absl::Status ReadAccessKey(const Json& object, const std::string& where,
                           const std::filesystem::path& folder,
                           Callers::Table* keys) {
  std::string id;
  std::string secret_file;
  AccessKey key;
  absl::Status status =
      ReadObject(object, where,
                 {{"id", ToText(&id)},
                  {"secretFile", ToFileName(&secret_file)},
                  {"account", ToText(&key.caller.account)},
                  {"principal", ToText(&key.caller.principal)},
                  {"organization", ToText(&key.caller.organization)}});
  if (!status.ok()) return status;
  if (id.empty()) return Wrong(where, "has no id");
  if (!secret_file.empty()) {
    auto secret = ReadPassphraseFile(folder / secret_file);
    if (!secret.ok()) return secret.status();
    key.secret = std::move(secret->passphrase);
  }
  if (!keys->emplace(id, std::move(key)).second) {
    return Wrong(where, absl::StrCat("repeats the key ", id));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ServeConfiguration> ReadServeConfiguration(
    const std::string& path) {
  ServeConfiguration configuration;
  HttpLimits& limits = configuration.limits;
  const auto read_keys = [&](const Json& value) {
    if (!value.is_array()) return absl::InvalidArgumentError("is no array");
    for (size_t i = 0; i < value.size(); ++i) {
      absl::Status status =
          ReadAccessKey(value[i], absl::StrCat("[", i, "]"),
                        std::filesystem::path(path).parent_path(),
                        &configuration.access_keys);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  };
  const auto read_limits = [&](const Json& value) {
    return ReadObject(
        value, "",
        {{"headerBytes", ToNumber(&limits.header_bytes)},
         {"bodyBytes", ToNumber(&limits.body_bytes)},
         {"allBodyBytes", ToNumber(&limits.all_body_bytes)},
         {"connections", ToNumber(&limits.connections)},
         {"requestMilliseconds", ToNumber(&limits.request_milliseconds)},
         {"idleMilliseconds", ToNumber(&limits.idle_milliseconds)}});
  };
  auto engine = ReadConfiguration(
      path, {{"accessKeys", read_keys}, {"limits", read_limits}});
  if (!engine.ok()) return engine.status();
  configuration.engine = *std::move(engine);
  return configuration;
}

}  // namespace pkictl
