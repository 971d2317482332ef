// Opening a store, and asking for what its keys are sealed under.
#include "capi/cli/session.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "capi/cli/configuration.h"
#include "capi/pki_engine.h"

namespace pkictl {
namespace {

constexpr char kKeyMissing[] = "REASON_KEK_MISSING";
// The record that a store has once its keys are sealed under something.
constexpr char kKeyring[] = "keyring";

// Who has no store begins with this one.
constexpr absl::string_view kMakesStore = "CreateCertificateAuthority";
// What tells of the engine, whatever its store.
constexpr absl::string_view kNeedNoStore[] = {
    "DescribeOperation", "DescribeTemplate", "ListOperations", "ListTemplates"};

bool Exists(const std::string& path) {
  std::error_code failure;
  return std::filesystem::exists(path, failure);
}

absl::StatusOr<bool> HasKeyring(Client& client) {
  const auto store = client.Call("DescribeStore", Json::object());
  if (!store.ok()) return store.status();
  for (const Json& record : store->value("Records", Json::array())) {
    if (record.at("Kind") == kKeyring) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<SealingKey> GivenKey(const KeyOptions& options) {
  auto key = ReadKey(options);
  if (!key.ok() || !key->empty()) return key;
  if (const char* passphrase = std::getenv("PKICTL_PASSPHRASE")) {
    key->passphrase.assign(passphrase, passphrase + std::strlen(passphrase));
  }
  return key;
}

absl::StatusOr<Session> Session::Open(const StoreOptions& options,
                                      absl::string_view operation) {
  auto settings = SettingsOf(options);
  if (!settings.ok()) return settings.status();
  auto key = GivenKey(options.key);
  if (!key.ok()) return key.status();
  settings->key = *std::move(key);
  const bool is_missing =
      !settings->store_file.empty() && !Exists(settings->store_file);
  if (is_missing && absl::c_linear_search(kNeedNoStore, operation)) {
    settings->store_file.clear();
  } else if (is_missing && operation != kMakesStore) {
    return CheckExists(options.store);
  }
  auto client = Client::Open(*settings);
  if (!client.ok()) return client.status();
  if (is_missing && !settings->store_file.empty()) {
    std::cerr << "pkictl: made a new store, " << settings->store_file << "\n";
  }
  return Session(*std::move(settings), *std::move(client));
}

absl::Status Session::Unlock() {
  if (!settings_.key.empty()) return absl::OkStatus();
  const auto has_keyring = HasKeyring(client_);
  if (!has_keyring.ok()) return has_keyring.status();
  auto key = AskPassphrase(settings_.store_file, !*has_keyring);
  if (absl::IsUnavailable(key.status())) {
    return absl::UnavailableError(absl::StrCat(
        "the keys in ", settings_.store_file,
        " take a key or passphrase, and there is ", key.status().message(),
        ": give --key-file or --passphrase-file, or set PKICTL_PASSPHRASE [",
        kKeyMissing, "]"));
  }
  if (!key.ok()) return key.status();
  settings_.key = *std::move(key);
  auto client = Client::Open(settings_);
  if (!client.ok()) return client.status();
  client_ = *std::move(client);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Session::Call(const std::string& operation,
                                          int32_t encoding,
                                          absl::string_view request) {
  auto response = client_.Call(operation, encoding, request);
  if (ReasonOf(response.status()) != kKeyMissing) return response;
  absl::Status unlocked = Unlock();
  if (!unlocked.ok()) return unlocked;
  return client_.Call(operation, encoding, request);
}

absl::StatusOr<Json> Session::Call(const std::string& operation,
                                   const Json& request) {
  const auto response = Call(operation, PKI_ENCODING_JSON, request.dump());
  if (!response.ok()) return response.status();
  return Json::parse(*response);
}

absl::StatusOr<Settings> SettingsOf(const StoreOptions& options) {
  Settings settings;
  if (options.store != kMemory) settings.store_file = options.store;
  settings.threads = options.threads;
  if (options.config.empty()) return settings;
  auto engine = ReadConfiguration(options.config);
  if (!engine.ok()) return engine.status();
  settings.engine = *std::move(engine);
  return settings;
}

absl::Status CheckIsFile(const std::string& store) {
  if (store != kMemory) return absl::OkStatus();
  return absl::InvalidArgumentError("a store in memory ends with pkictl");
}

absl::Status CheckExists(const std::string& store) {
  absl::Status is_file = CheckIsFile(store);
  if (!is_file.ok() || Exists(store)) return is_file;
  return absl::NotFoundError(absl::StrCat("there is no store ", store));
}

}  // namespace pkictl
