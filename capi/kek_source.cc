// Three ways to give a key, of which a host takes one at most.
#include "capi/kek_source.h"

#include <utility>

#include "absl/strings/string_view.h"
#include "capi/host_struct.h"
#include "pki/base/bytes.h"
#include "pki/base/secret.h"
#include "pki/base/status.h"
#include "pki/crypto/aead.h"

namespace pki {
namespace {

constexpr absl::string_view kKeyField = "Configuration.KeyEncryptionKey";

absl::StatusOr<KekSource> AskHost(const pki_host& host) {
  Secret key(kAeadKeySize);
  const int32_t result =
      host.key_encryption_key(host.context, key.mutable_data());
  if (result == 0) return KekSource::Key(std::move(key));
  return CallbackFailed(v1::REASON_KEK_CALLBACK,
                        "The host's function key_encryption_key", result);
}

}  // namespace

absl::StatusOr<KekSource> KekSourceOf(
    const v1::EngineConfiguration& configuration, const pki_host& host) {
  const bool has_key = !configuration.key_encryption_key().empty();
  const bool has_passphrase = !configuration.passphrase().empty();
  const bool has_callback = host.key_encryption_key != nullptr;
  if (has_key + has_passphrase + has_callback > 1) {
    return Refuse(v1::REASON_KEK_SOURCES, kKeyField,
                  "A key-encryption key is given as 32 bytes, as a passphrase "
                  "or by the host's callback, not in two ways.");
  }
  if (has_callback) return AskHost(host);
  if (has_passphrase) {
    return KekSource::Passphrase(Secret(View(configuration.passphrase())));
  }
  if (!has_key) return KekSource();
  auto source =
      KekSource::Key(Secret(View(configuration.key_encryption_key())));
  if (!source.ok()) return Under(kKeyField, source.status());
  return source;
}

}  // namespace pki
