// Reading the configuration, strictly: a member that is not known is an error.
#include "capi/cli/serve/configuration.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "capi/cli/files.h"
#include "capi/cli/secret.h"

namespace pkictl {
namespace {

using nlohmann::json;

// What takes the value of each member that an object may have.
using Members =
    std::map<std::string, std::function<absl::Status(const json& value)>>;

absl::Status Wrong(const std::string& where, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(where, " ", what));
}

absl::Status ReadObject(const json& object, const std::string& where,
                        const Members& members) {
  if (!object.is_object()) return Wrong(where, "is no object");
  for (const auto& [name, value] : object.items()) {
    const std::string path = absl::StrCat(where, ".", name);
    const auto member = members.find(name);
    if (member == members.end()) return Wrong(path, "is not known");
    absl::Status status = member->second(value);
    if (!status.ok()) return Wrong(path, status.message());
  }
  return absl::OkStatus();
}

auto ToText(std::string* text) {
  return [text](const json& value) {
    if (!value.is_string()) return absl::InvalidArgumentError("is no text");
    *text = value.get<std::string>();
    return absl::OkStatus();
  };
}

// Empty, it would be as if it were not there, which means something else.
auto ToFileName(std::string* name) {
  return [name](const json& value) {
    absl::Status read = ToText(name)(value);
    if (read.ok() && name->empty()) {
      return absl::InvalidArgumentError("is empty");
    }
    return read;
  };
}

auto ToNumber(uint32_t* number) {
  return [number](const json& value) {
    if (!value.is_number_unsigned() || value.get<uint64_t>() == 0 ||
        value.get<uint64_t>() > INT32_MAX) {
      return absl::InvalidArgumentError("is no number from 1 to 2147483647");
    }
    *number = value.get<uint32_t>();
    return absl::OkStatus();
  };
}

absl::Status ReadAccessKey(const json& object, const std::string& where,
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

absl::StatusOr<ServeConfiguration> ReadConfiguration(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  json object;
  try {
    object = json::parse(*text);
  } catch (const json::parse_error& error) {
    return Wrong(path, error.what());
  }
  ServeConfiguration configuration;
  HttpLimits& limits = configuration.limits;
  const auto read_engine = [&](const json& value) {
    if (!value.is_object()) return absl::InvalidArgumentError("is no object");
    for (const std::string name : {"storeFile", "store_file"}) {
      if (!value.contains(name)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("has ", name, ", where --store names the store"));
    }
    configuration.engine = value;
    return absl::OkStatus();
  };
  const auto read_keys = [&](const json& value) {
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
  const auto read_limits = [&](const json& value) {
    return ReadObject(
        value, "",
        {{"headerBytes", ToNumber(&limits.header_bytes)},
         {"bodyBytes", ToNumber(&limits.body_bytes)},
         {"allBodyBytes", ToNumber(&limits.all_body_bytes)},
         {"connections", ToNumber(&limits.connections)},
         {"requestMilliseconds", ToNumber(&limits.request_milliseconds)},
         {"idleMilliseconds", ToNumber(&limits.idle_milliseconds)}});
  };
  absl::Status status = ReadObject(object, path,
                                   {{"engine", read_engine},
                                    {"accessKeys", read_keys},
                                    {"limits", read_limits}});
  if (!status.ok()) return status;
  return configuration;
}

}  // namespace pkictl
