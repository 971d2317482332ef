// A program that makes a CRL with the objects of the X509 API, which OpenSSL
// and BoringSSL have in common: it is built once with each. Its argument is the
// number of entries. It leaves its memory to the system.
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "bench/crl_case.h"

namespace {

void Check(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "bench: failed: %s\n", what);
  std::exit(1);
}

EVP_PKEY* NewKey() {
  EVP_PKEY* key = nullptr;
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr);
  Check(EVP_PKEY_keygen_init(context) == 1 &&
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context,
                                                   NID_X9_62_prime256v1) == 1 &&
            EVP_PKEY_keygen(context, &key) == 1,
        "making a key");
  EVP_PKEY_CTX_free(context);
  return key;
}

X509_REVOKED* NewEntry(uint64_t number, uint64_t count) {
  X509_REVOKED* const entry = X509_REVOKED_new();
  const std::string serial = pki::CrlSerial(number, count);
  BIGNUM* const value =
      BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()),
                static_cast<int>(serial.size()), nullptr);
  ASN1_INTEGER* const integer = BN_to_ASN1_INTEGER(value, nullptr);
  X509_REVOKED_set_serialNumber(entry, integer);
  ASN1_TIME* const time = ASN1_TIME_set(nullptr, pki::CrlRevokedAt(number));
  X509_REVOKED_set_revocationDate(entry, time);
  ASN1_ENUMERATED* const reason = ASN1_ENUMERATED_new();
  ASN1_ENUMERATED_set(reason, pki::kCrlReason);
  Check(X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0) == 1,
        "adding a reason");
  ASN1_ENUMERATED_free(reason);
  ASN1_TIME_free(time);
  ASN1_INTEGER_free(integer);
  BN_free(value);
  return entry;
}

}  // namespace

int main(int argc, char** argv) {
  Check(argc == 2, "one argument");
  const uint64_t count = std::strtoull(argv[1], nullptr, 10);
  pki::CrlCost cost;
  cost.megabytes_before = pki::PeakMegabytes();
  const double start = pki::CpuMilliseconds();
  X509_CRL* const crl = X509_CRL_new();
  X509_CRL_set_version(crl, X509_CRL_VERSION_2);
  ASN1_TIME* const update = ASN1_TIME_set(nullptr, pki::kCrlNow);
  X509_CRL_set1_lastUpdate(crl, update);
  X509_CRL_set1_nextUpdate(crl, update);
  X509_NAME* const issuer = X509_NAME_new();
  X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("issuer"),
                             -1, -1, 0);
  X509_CRL_set_issuer_name(crl, issuer);
  for (uint64_t i = 0; i < count; ++i) {
    Check(X509_CRL_add0_revoked(crl, NewEntry(i, count)) == 1,
          "adding an entry");
  }
  X509_CRL_sort(crl);
  Check(X509_CRL_sign(crl, NewKey(), EVP_sha256()) > 0, "signing the CRL");
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(crl, &der);
  Check(size > 0, "encoding the CRL");
  cost.milliseconds = pki::CpuMilliseconds() - start;
  cost.size = static_cast<uint64_t>(size);
  pki::PrintCrlCost(cost);
  return 0;
}
