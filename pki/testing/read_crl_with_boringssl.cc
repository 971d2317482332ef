// d2i_X509_CRL and what there is to ask of its result.
#include "pki/testing/read_crl_with_boringssl.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

namespace pki {
namespace {

std::string HexOf(const ASN1_INTEGER* integer) {
  const bssl::UniquePtr<BIGNUM> number(ASN1_INTEGER_to_BN(integer, nullptr));
  const bssl::UniquePtr<char> text(BN_bn2hex(number.get()));
  const std::string digits = text.get();
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::string TextOf(const ASN1_STRING* text) {
  if (text == nullptr) return "";
  return std::string(
      Text(ByteView(ASN1_STRING_get0_data(text), ASN1_STRING_length(text))));
}

std::vector<std::string> PartitionOf(const X509_CRL* crl) {
  int critical = 0;
  const std::unique_ptr<ISSUING_DIST_POINT, void (*)(ISSUING_DIST_POINT*)>
      point(static_cast<ISSUING_DIST_POINT*>(X509_CRL_get_ext_d2i(
                crl, NID_issuing_distribution_point, &critical, nullptr)),
            ISSUING_DIST_POINT_free);
  if (point == nullptr || critical != 1 || point->distpoint == nullptr ||
      point->distpoint->type != 0) {
    return {};
  }
  std::vector<std::string> uris;
  const GENERAL_NAMES* names = point->distpoint->name.fullname;
  for (size_t i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    uris.push_back(TextOf(name->d.uniformResourceIdentifier));
  }
  return uris;
}

CrlOfBoringSsl::Entry EntryOf(const X509_REVOKED* revoked) {
  CrlOfBoringSsl::Entry entry;
  entry.serial = HexOf(X509_REVOKED_get0_serialNumber(revoked));
  entry.revoked_at = TextOf(X509_REVOKED_get0_revocationDate(revoked));
  const bssl::UniquePtr<ASN1_ENUMERATED> reason(static_cast<ASN1_ENUMERATED*>(
      X509_REVOKED_get_ext_d2i(revoked, NID_crl_reason, nullptr, nullptr)));
  if (reason != nullptr) {
    entry.reason = static_cast<int>(ASN1_ENUMERATED_get(reason.get()));
  }
  return entry;
}

}  // namespace

std::optional<CrlOfBoringSsl> ReadCrlWithBoringSsl(ByteView der) {
  const uint8_t* next = der.data();
  const bssl::UniquePtr<X509_CRL> crl(
      d2i_X509_CRL(nullptr, &next, static_cast<long>(der.size())));
  ERR_clear_error();
  if (crl == nullptr || next != der.data() + der.size()) return std::nullopt;
  CrlOfBoringSsl read;
  read.version = X509_CRL_get_version(crl.get());
  read.this_update = TextOf(X509_CRL_get0_lastUpdate(crl.get()));
  read.next_update = TextOf(X509_CRL_get0_nextUpdate(crl.get()));
  const bssl::UniquePtr<ASN1_INTEGER> number(static_cast<ASN1_INTEGER*>(
      X509_CRL_get_ext_d2i(crl.get(), NID_crl_number, nullptr, nullptr)));
  if (number != nullptr) read.number = HexOf(number.get());
  read.partition = PartitionOf(crl.get());
  const STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(crl.get());
  for (size_t i = 0; entries != nullptr && i < sk_X509_REVOKED_num(entries);
       ++i) {
    read.entries.push_back(EntryOf(sk_X509_REVOKED_value(entries, i)));
  }
  uint8_t* written = nullptr;
  const int size = i2d_X509_CRL(crl.get(), &written);
  const bssl::UniquePtr<uint8_t> owner(written);
  if (size > 0) read.der = Copy(ByteView(written, size));
  ERR_clear_error();
  return read;
}

}  // namespace pki
