// The choice of ports.
#include "capi/ports.h"

#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "capi/host.h"
#include "capi/host_signer.h"
#include "capi/host_store.h"
#include "capi/kek_source.h"
#include "capi/object_directory.h"
#include "capi/thread_executor.h"
#include "pki/base/status.h"
#include "pki/keystore/keyring.h"
#include "pki/keystore/software_key_store.h"
#include "pki/store/memory_store.h"
#include "pki/store/sqlite_store.h"

namespace pki {
namespace {

constexpr uint32_t kMaxThreads = 256;

absl::Status CheckNotBoth(bool configured, absl::string_view field,
                          absl::string_view port) {
  if (!configured) return absl::OkStatus();
  return Refuse(v1::REASON_HOST_AND_CONFIGURATION, field,
                absl::StrCat("The host brings ", port,
                             ", so there is nothing to configure here."));
}

// Sets the store, and its maintenance when it has one.
absl::Status OpenStore(const v1::EngineConfiguration& configuration,
                       const pki_host& host, Ports* ports) {
  if (host.store != nullptr) {
    PKI_RETURN_IF_ERROR(CheckNotBoth(!configuration.store_file().empty(),
                                     "Configuration.StoreFile",
                                     "a store of its own"));
    PKI_ASSIGN_OR_RETURN(ports->store, HostStoreOf(host.store, "host.store"));
    return absl::OkStatus();
  }
  if (configuration.store_file().empty()) {
    ports->store = std::make_shared<MemoryStore>();
    return absl::OkStatus();
  }
  SqliteStore::Options options;
  if (configuration.store_wait_milliseconds() != 0) {
    options.wait =
        std::chrono::milliseconds(configuration.store_wait_milliseconds());
  }
  PKI_ASSIGN_OR_RETURN(std::shared_ptr<SqliteStore> store,
                       SqliteStore::Open(configuration.store_file(), options));
  ports->store = store;
  ports->maintenance = std::move(store);
  return absl::OkStatus();
}

// Software keys, which `store` keeps.
absl::StatusOr<std::shared_ptr<KeyStore>> SoftwareKeysOf(
    const v1::EngineConfiguration& configuration, const pki_host& host,
    std::shared_ptr<Store> store) {
  PKI_ASSIGN_OR_RETURN(const KekSource source,
                       KekSourceOf(configuration, host));
  // Keys in memory need not outlive the engine.
  const bool ephemeral = source.kind() == KekSource::Kind::kNone &&
                         configuration.store_file().empty() &&
                         host.store == nullptr;
  PKI_ASSIGN_OR_RETURN(std::shared_ptr<Keyring> keyring,
                       ephemeral ? Keyring::Ephemeral(std::move(store))
                                 : Keyring::Open(std::move(store), source));
  return std::make_shared<SoftwareKeyStore>(std::move(keyring));
}

absl::StatusOr<std::shared_ptr<KeyStore>> KeyStoreOf(
    const v1::EngineConfiguration& configuration, const pki_host& host,
    std::shared_ptr<Store> store) {
  if (host.signer == nullptr) {
    return SoftwareKeysOf(configuration, host, std::move(store));
  }
  constexpr absl::string_view kSigner = "a signer that keeps the keys";
  PKI_RETURN_IF_ERROR(CheckNotBoth(!configuration.key_encryption_key().empty(),
                                   "Configuration.KeyEncryptionKey", kSigner));
  PKI_RETURN_IF_ERROR(CheckNotBoth(!configuration.passphrase().empty(),
                                   "Configuration.Passphrase", kSigner));
  PKI_RETURN_IF_ERROR(CheckNotBoth(host.key_encryption_key != nullptr,
                                   "host.key_encryption_key", kSigner));
  return HostSignerOf(host.signer, "host.signer");
}

// Null when nobody wants a copy of the objects.
absl::StatusOr<std::shared_ptr<ObjectSink>> ObjectsOf(
    const v1::EngineConfiguration& configuration, const pki_host& host) {
  const std::string& directory = configuration.object_directory();
  if (directory.empty()) return ObjectSinkOf(host);
  PKI_RETURN_IF_ERROR(CheckNotBoth(host.object != nullptr,
                                   "Configuration.ObjectDirectory",
                                   "a function of its own for objects"));
  return ObjectDirectoryAt(directory);
}

// Null when the caller's thread is enough.
absl::StatusOr<std::shared_ptr<Executor>> ExecutorOf(
    const v1::EngineConfiguration& configuration) {
  if (configuration.threads() > kMaxThreads) {
    return Refuse(v1::REASON_CONFIGURATION_THREADS, "Configuration.Threads",
                  absl::StrCat("A call uses at most ", kMaxThreads,
                               " threads, not ", configuration.threads(), "."));
  }
  if (configuration.threads() <= 1) return nullptr;
  return std::make_shared<ThreadExecutor>(configuration.threads());
}

}  // namespace

absl::StatusOr<Ports> PortsOf(const v1::EngineConfiguration& configuration,
                              const pki_host& host) {
  Ports ports;
  ports.clock = ClockOf(host);
  ports.entropy = EntropyOf(host);
  PKI_RETURN_IF_ERROR(OpenStore(configuration, host, &ports));
  PKI_ASSIGN_OR_RETURN(ports.key_store,
                       KeyStoreOf(configuration, host, ports.store));
  PKI_ASSIGN_OR_RETURN(ports.executor, ExecutorOf(configuration));
  PKI_ASSIGN_OR_RETURN(ports.object_sink, ObjectsOf(configuration, host));
  ports.progress = ProgressOf(host);
  return ports;
}

}  // namespace pki
