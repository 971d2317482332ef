// The choice of ports.
#include "capi/ports.h"

#include <memory>
#include <utility>

#include "capi/host.h"
#include "pki/base/secret.h"
#include "pki/base/status.h"
#include "pki/keystore/software_key_store.h"
#include "pki/store/memory_store.h"

namespace pki {
namespace {

absl::StatusOr<std::shared_ptr<KeyStore>> KeyStoreOf(
    const v1::EngineConfiguration& configuration) {
  if (configuration.key_encryption_key().empty()) {
    return SoftwareKeyStore::Ephemeral();
  }
  auto key_store =
      SoftwareKeyStore::New(Secret(View(configuration.key_encryption_key())));
  if (!key_store.ok()) return key_store.status();
  return *std::move(key_store);
}

}  // namespace

absl::StatusOr<Ports> PortsOf(const v1::EngineConfiguration& configuration,
                              const pki_host& host) {
  Ports ports;
  ports.clock = ClockOf(host);
  ports.entropy = EntropyOf(host);
  ports.store = std::make_shared<MemoryStore>();
  PKI_ASSIGN_OR_RETURN(ports.key_store, KeyStoreOf(configuration));
  return ports;
}

}  // namespace pki
