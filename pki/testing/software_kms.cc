// Keys are pki::PrivateKey, which signs messages; digests are signed with
// BoringSSL's own objects.
#include "pki/testing/software_kms.h"

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "pki/base/secret.h"

namespace pki {
namespace {

const EVP_MD* HashOf(Digest digest) {
  switch (digest) {
    case Digest::kSha256:
      return EVP_sha256();
    case Digest::kSha384:
      return EVP_sha384();
    case Digest::kSha512:
      return EVP_sha512();
    case Digest::kNone:
      break;
  }
  return nullptr;
}

bool SetUp(EVP_PKEY_CTX* context, const SignatureAlgorithmInfo& info) {
  const EVP_MD* const hash = HashOf(info.digest);
  if (!EVP_PKEY_sign_init(context) ||
      !EVP_PKEY_CTX_set_signature_md(context, hash)) {
    return false;
  }
  if (!info.pss) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash) &&
         // As long as the digest.
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, -1);
}

}  // namespace

std::string SoftwareKms::Create(v1::KeyAlgorithm algorithm) {
  PrivateKey key = PrivateKey::Generate(algorithm).value();
  const std::lock_guard<std::mutex> lock(mutex_);
  std::string id = absl::StrCat("key-", ++made_);
  keys_.emplace(id, std::move(key));
  return id;
}

std::optional<PrivateKey> SoftwareKms::Find(absl::string_view id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = keys_.find(std::string(id));
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

std::optional<Bytes> SoftwareKms::PublicKeyOf(absl::string_view id) {
  const std::optional<PrivateKey> key = Find(id);
  if (!key.has_value()) return std::nullopt;
  return key->spki();
}

std::optional<Bytes> SoftwareKms::SignDigest(absl::string_view id,
                                             SignatureAlgorithm algorithm,
                                             ByteView digest) {
  const std::optional<PrivateKey> key = Find(id);
  if (!key.has_value()) return std::nullopt;
  const Secret pkcs8 = key->ToPkcs8().value();
  CBS cbs;
  CBS_init(&cbs, pkcs8.Reveal().data(), pkcs8.size());
  const bssl::UniquePtr<EVP_PKEY> pkey(EVP_parse_private_key(&cbs));
  const bssl::UniquePtr<EVP_PKEY_CTX> context(
      EVP_PKEY_CTX_new(pkey.get(), nullptr));
  size_t size = 0;
  if (!SetUp(context.get(), InfoOf(algorithm)) ||
      !EVP_PKEY_sign(context.get(), nullptr, &size, digest.data(),
                     digest.size())) {
    return std::nullopt;
  }
  Bytes signature(size, 0);
  if (!EVP_PKEY_sign(context.get(), reinterpret_cast<uint8_t*>(&signature[0]),
                     &size, digest.data(), digest.size())) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

bool SoftwareKms::Destroy(absl::string_view id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return keys_.erase(std::string(id)) == 1;
}

size_t SoftwareKms::size() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return keys_.size();
}

}  // namespace pki
