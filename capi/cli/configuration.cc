// Reading the configuration, strictly.
#include "capi/cli/configuration.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "capi/cli/files.h"

namespace pkictl {
namespace {

absl::Status Wrong(const std::string& where, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(where, " ", what));
}

absl::Status Ignore(const Json& /*value*/) { return absl::OkStatus(); }

// What else is wrong with it, the engine says.
absl::Status CheckEngine(const Json& engine) {
  if (!engine.is_object()) return absl::InvalidArgumentError("is no object");
  for (const std::string name : {"storeFile", "store_file"}) {
    if (!engine.contains(name)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("has ", name, ", where --store names the store"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadObject(const Json& object, const std::string& where,
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

absl::StatusOr<Json> ReadConfiguration(const std::string& path, Members serve) {
  const auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  Json object;
  try {
    object = Json::parse(*text);
  } catch (const Json::exception& error) {
    return Wrong(path, error.what());
  }
  Json engine = Json::object();
  Members members = std::move(serve);
  members.insert({{"accessKeys", Ignore}, {"limits", Ignore}});
  members["engine"] = [&engine](const Json& value) {
    engine = value;
    return CheckEngine(value);
  };
  absl::Status status = ReadObject(object, path, members);
  if (!status.ok()) return status;
  return engine;
}

}  // namespace pkictl
