// BoringSSL takes the key apart.
#include "pki/testing/key_parts.h"

#include <openssl/base.h>
#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstdlib>

namespace pki {
namespace {

Bytes BytesOf(const BIGNUM* number) {
  Bytes bytes(BN_num_bytes(number), '\0');
  BN_bn2bin(number, reinterpret_cast<uint8_t*>(&bytes[0]));
  return bytes;
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> KeyParts(const Secret& pkcs8) {
  CBS cbs;
  CBS_init(&cbs, pkcs8.Reveal().data(), pkcs8.size());
  const bssl::UniquePtr<EVP_PKEY> key(EVP_parse_private_key(&cbs));
  if (key == nullptr) std::abort();
  if (const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key.get())) {
    return {{"d", BytesOf(EC_KEY_get0_private_key(ec))}};
  }
  const RSA* const rsa = EVP_PKEY_get0_RSA(key.get());
  if (rsa == nullptr) std::abort();
  return {{"d", BytesOf(RSA_get0_d(rsa))},
          {"p", BytesOf(RSA_get0_p(rsa))},
          {"q", BytesOf(RSA_get0_q(rsa))},
          {"dp", BytesOf(RSA_get0_dmp1(rsa))},
          {"dq", BytesOf(RSA_get0_dmq1(rsa))},
          {"qinv", BytesOf(RSA_get0_iqmp(rsa))}};
}

}  // namespace pki
