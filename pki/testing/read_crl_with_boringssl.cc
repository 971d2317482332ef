// d2i_X509_CRL and d2i_X509, and what there is to ask of their results.
#include "pki/testing/read_crl_with_boringssl.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <utility>

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

// The URIs of a fullName.
std::vector<std::string> UrisOf(const DIST_POINT_NAME* point) {
  if (point == nullptr || point->type != 0) return {};
  std::vector<std::string> uris;
  const GENERAL_NAMES* names = point->name.fullname;
  for (size_t i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    uris.push_back(TextOf(name->d.uniformResourceIdentifier));
  }
  return uris;
}

std::vector<std::string> PartitionOf(const X509_CRL* crl) {
  int critical = 0;
  const std::unique_ptr<ISSUING_DIST_POINT, void (*)(ISSUING_DIST_POINT*)>
      point(static_cast<ISSUING_DIST_POINT*>(X509_CRL_get_ext_d2i(
                crl, NID_issuing_distribution_point, &critical, nullptr)),
            ISSUING_DIST_POINT_free);
  if (point == nullptr || critical != 1) return {};
  return UrisOf(point->distpoint);
}

// Null for what is none, or more than one.
bssl::UniquePtr<X509_CRL> ParseCrl(ByteView der) {
  const uint8_t* next = der.data();
  bssl::UniquePtr<X509_CRL> crl(
      d2i_X509_CRL(nullptr, &next, static_cast<long>(der.size())));
  ERR_clear_error();
  return next == der.data() + der.size() ? std::move(crl) : nullptr;
}

bssl::UniquePtr<X509> ParseCertificate(ByteView der) {
  const uint8_t* next = der.data();
  bssl::UniquePtr<X509> certificate(
      d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  ERR_clear_error();
  return certificate;
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
  const bssl::UniquePtr<X509_CRL> crl = ParseCrl(der);
  if (crl == nullptr) return std::nullopt;
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

bool VerifyCrlWithBoringSsl(ByteView crl, ByteView certificate) {
  const bssl::UniquePtr<X509_CRL> parsed = ParseCrl(crl);
  const bssl::UniquePtr<X509> issuer = ParseCertificate(certificate);
  if (parsed == nullptr || issuer == nullptr) return false;
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(issuer.get()));
  const bool is_signed =
      X509_NAME_cmp(X509_CRL_get_issuer(parsed.get()),
                    X509_get_subject_name(issuer.get())) == 0 &&
      key != nullptr && X509_CRL_verify(parsed.get(), key.get()) == 1;
  ERR_clear_error();
  return is_signed;
}

std::vector<std::string> CrlUrisWithBoringSsl(ByteView certificate) {
  const bssl::UniquePtr<X509> parsed = ParseCertificate(certificate);
  if (parsed == nullptr) return {};
  const std::unique_ptr<CRL_DIST_POINTS, void (*)(CRL_DIST_POINTS*)> points(
      static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(
          parsed.get(), NID_crl_distribution_points, nullptr, nullptr)),
      CRL_DIST_POINTS_free);
  std::vector<std::string> uris;
  for (size_t i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT* point = sk_DIST_POINT_value(points.get(), i);
    for (std::string& uri : UrisOf(point->distpoint)) {
      uris.push_back(std::move(uri));
    }
  }
  return uris;
}

}  // namespace pki
