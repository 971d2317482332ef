// Keys of records.
#include "pki/engine/records.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pki/base/bytes.h"
#include "pki/crypto/digest.h"

namespace pki {
namespace {

// The same for all ways to write the host that lead to one object.
std::string FoldHost(absl::string_view uri) {
  absl::ConsumePrefix(&uri, "http://");
  const size_t slash = std::min(uri.find('/'), uri.size());
  const absl::string_view path = uri.substr(slash);
  absl::string_view host = uri.substr(0, slash);
  const size_t colon = host.rfind(':');
  // Not the last part of an address in brackets.
  if (colon != absl::string_view::npos && host.find(']', colon) == host.npos) {
    host = host.substr(0, colon);
  }
  return absl::StrCat(absl::AsciiStrToLower(host), path);
}

}  // namespace

std::string CaKey(absl::string_view ca_id) {
  return absl::StrCat(kCaPrefix, ca_id);
}

std::string CertificateKey(absl::string_view ca_id, absl::string_view serial) {
  return absl::StrCat("cert/", ca_id, "/", serial);
}

std::string TokenKey(absl::string_view scope, absl::string_view hash) {
  return absl::StrCat(kTokenPrefix, scope, "/", hash);
}

std::string RevocationPrefix(absl::string_view ca_id) {
  return absl::StrCat("revoked/", ca_id, "/");
}

std::string RevocationKey(absl::string_view ca_id, absl::string_view serial) {
  return absl::StrCat(RevocationPrefix(ca_id), serial);
}

std::string CrlPrefix(absl::string_view ca_id) {
  return absl::StrCat("crl/", ca_id, "/");
}

std::string CrlKey(absl::string_view ca_id, size_t partition) {
  return absl::StrCat(CrlPrefix(ca_id), absl::Dec(partition, absl::kZeroPad3));
}

std::string CrlMarkPrefix(absl::string_view ca_id) {
  return absl::StrCat("crlmark/", ca_id, "/");
}

std::string CrlMarkKey(absl::string_view ca_id, size_t partition) {
  return absl::StrCat(CrlMarkPrefix(ca_id),
                      absl::Dec(partition, absl::kZeroPad3));
}

std::string CrlUriKey(absl::string_view uri) {
  return absl::StrCat("crluri/", Hex(Sha256(View(FoldHost(uri)))));
}

std::string OcspKey(absl::string_view ca_id) {
  return absl::StrCat("ocsp/", ca_id);
}

std::string PolicyKey(absl::string_view ca_id) {
  return absl::StrCat("policy/", ca_id);
}

std::string AuditPrefix(absl::string_view ca_id) {
  return absl::StrCat("audit/", ca_id, "/");
}

std::string ReportKey(absl::string_view ca_id, absl::string_view report_id) {
  return absl::StrCat("report/", ca_id, "/", report_id);
}

std::string ReportingKey(absl::string_view ca_id) {
  return absl::StrCat("reporting/", ca_id);
}

std::string PermissionPrefix(absl::string_view ca_id) {
  return absl::StrCat("permission/", ca_id, "/");
}

std::string PermissionKey(absl::string_view ca_id, absl::string_view principal,
                          absl::string_view account) {
  return absl::StrCat(PermissionPrefix(ca_id), principal, "/", account);
}

}  // namespace pki
