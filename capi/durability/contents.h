// All that is in a store, as records.
#ifndef PKI_CAPI_DURABILITY_CONTENTS_H_
#define PKI_CAPI_DURABILITY_CONTENTS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "capi/durability/answer.h"
#include "pki/base/bytes.h"
#include "pki/store/store.h"
#include "proto/store.pb.h"

namespace pki {

// What a store holds.
struct Contents {
  // By key: "ca/..." and so on.
  std::map<std::string, v1::CertificateAuthorityRecord> authorities;
  std::map<std::string, v1::CertificateRecord> certificates;
  std::map<std::string, v1::TokenRecord> tokens;
  std::map<std::string, v1::AuditRecord> audit;
  std::map<std::string, v1::RevocationRecord> revocations;
  std::map<std::string, v1::PermissionRecord> permissions;
  std::map<std::string, v1::CrlRecord> crls;
  std::map<std::string, v1::CrlMarkRecord> crl_marks;
  std::map<std::string, v1::CrlUriRecord> crl_uris;
  std::map<std::string, v1::PolicyRecord> policies;
  // Those that are being made too.
  std::map<std::string, v1::AuditReportRecord> reports;
  std::map<std::string, v1::ObjectRecord> objects;
  std::map<std::string, Bytes> parts;
  std::map<std::string, v1::OcspDelegateRecord> delegates;
  std::map<std::string, std::string> issuers;  // ARNs
  // The keys of what certificates are found by.
  std::set<std::string> index;
};

// Reads everything; what cannot be read, or is of no known kind, is a problem.
Contents ReadContents(Store& store, Problems* problems);

// The bytes of an object, as many of them as are there.
Bytes ContentOf(const Contents& contents, const v1::ObjectRecord& object);

// The parts of a key.
std::vector<std::string> PartsOf(const std::string& key);

void AddProblem(Problems* problems, absl::string_view what,
                absl::string_view text);

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_CONTENTS_H_
