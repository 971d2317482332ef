// A handle is the key's number in decimal.
#include "pki/testing/fixed_key_store.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pki/base/secret.h"
#include "pki/base/status.h"
#include "pki/keystore/private_signing_key.h"

namespace pki {

PrivateKey FixedKey(uint32_t number) {
  // PKCS#8 of a P-256 key, to the last octets of the private half.
  const std::string pkcs8 = absl::StrCat(
      "3041020100301306072a8648ce3d020106082a8648ce3d03010704273025020101"
      "0420",
      std::string(56, '0'), absl::Hex(number, absl::kZeroPad8));
  return PrivateKey::FromPkcs8(Secret(View(absl::HexStringToBytes(pkcs8))))
      .value();
}

absl::StatusOr<NewKey> FixedKeyStore::Create(absl::string_view /*arn*/,
                                             v1::KeyAlgorithm /*algorithm*/) {
  return NewKey{absl::StrCat(++made_)};
}

absl::StatusOr<std::shared_ptr<const SigningKey>> FixedKeyStore::Open(
    absl::string_view /*arn*/, ByteView handle) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(Text(handle), &number)) {
    return Refuse(v1::REASON_KEY_UNSEAL, "", "the handle is not a number");
  }
  return std::make_shared<PrivateSigningKey>(FixedKey(number));
}

absl::Status FixedKeyStore::Destroy(absl::string_view /*arn*/,
                                    ByteView /*handle*/) {
  return absl::OkStatus();
}

}  // namespace pki
