// The check value is nothing, sealed with the id as associated data. That is 16
// bytes: fewer than a handle's associated data (keyring.cc), so that the one is
// never taken for the other.
#include "pki/keystore/kek.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/crypto/aead.h"
#include "pki/crypto/random.h"
#include "pki/crypto/scrypt.h"
#include "pki/store/record.h"

namespace pki {
namespace {

absl::StatusOr<Secret> KeyFor(const KekSource& source,
                              const v1::KeyringRecord& record) {
  if (source.kind() == KekSource::Kind::kPassphrase) {
    return Scrypt(source.secret(), record.scrypt(), kAeadKeySize);
  }
  return Secret(source.secret().Reveal());
}

}  // namespace

absl::StatusOr<KekSource> KekSource::Key(Secret key) {
  if (key.size() != kAeadKeySize) {
    return Refuse(v1::REASON_KEK_SIZE, "",
                  absl::StrCat("A key-encryption key has ", kAeadKeySize,
                               " bytes, not ", key.size(), "."));
  }
  return KekSource(Kind::kKey, std::move(key));
}

KekSource KekSource::Passphrase(Secret passphrase) {
  return KekSource(Kind::kPassphrase, std::move(passphrase));
}

absl::StatusOr<std::shared_ptr<const Kek>> NewKek(const KekSource& source) {
  auto kek = std::make_shared<Kek>();
  kek->record.set_format(kRecordFormat);
  PKI_ASSIGN_OR_RETURN(*kek->record.mutable_id(), RandomId());
  if (source.kind() == KekSource::Kind::kPassphrase) {
    PKI_ASSIGN_OR_RETURN(*kek->record.mutable_scrypt(), NewScryptParameters());
  }
  PKI_ASSIGN_OR_RETURN(kek->key, KeyFor(source, kek->record));
  PKI_ASSIGN_OR_RETURN(*kek->record.mutable_check(),
                       Seal(kek->key, {}, View(kek->record.id())));
  return kek;
}

absl::StatusOr<std::shared_ptr<const Kek>> OpenKek(
    const KekSource& source, const v1::KeyringRecord& record) {
  const bool has_passphrase = source.kind() == KekSource::Kind::kPassphrase;
  if (has_passphrase != record.has_scrypt()) {
    return Refuse(v1::REASON_KEK_WRONG, "",
                  has_passphrase
                      ? "The store's keys are sealed under a key of 32 bytes, "
                        "not under a passphrase."
                      : "The store's keys are sealed under a passphrase, not "
                        "under a key of 32 bytes.");
  }
  auto kek = std::make_shared<Kek>();
  kek->record = record;
  PKI_ASSIGN_OR_RETURN(kek->key, KeyFor(source, record));
  const auto checked =
      Unseal(kek->key, View(record.check()), View(record.id()));
  if (!checked.ok()) {
    return Refuse(v1::REASON_KEK_WRONG, "",
                  absl::StrCat("The store's keys are sealed under another ",
                               has_passphrase ? "passphrase" : "key", "."));
  }
  return kek;
}

}  // namespace pki
