// Whether a store has all that an engine has answered, and nothing that does
// not belong together.
#ifndef CAPI_DURABILITY_CHECKER_H_
#define CAPI_DURABILITY_CHECKER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "capi/durability/answer.h"
#include "capi/durability/workload.h"
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
  std::map<std::string, uint64_t> parts;  // sizes in bytes
  std::map<std::string, v1::OcspDelegateRecord> delegates;
  std::map<std::string, std::string> issuers;  // ARNs
  // The keys of what certificates are found by.
  std::set<std::string> index;
};

// Reads everything; what cannot be read, or is of no known kind, is a problem.
Contents ReadContents(Store& store, Problems* problems);

// Adds a problem for every answer that the store does not keep, and for every
// record that does not go with the others: certificates have the serial of
// their key and a CA, audit entries match certificates and CAs one to one,
// the index has what certificates are found by and nothing else, tokens name
// what is there.
void CheckContents(const Contents& contents, const Answers& answers,
                   Problems* problems);

// Adds a problem for everything that an engine on the store answers otherwise
// than it did: each token, each certificate, and its own check of the store.
// Each CA must open and sign; `worker`, whose sink may be `answers`, knows them
// all afterwards.
void CheckEngine(Worker& worker, const std::vector<std::string>& authorities,
                 const Answers& answers, Problems* problems);

// All of these for the store in a file, whatever it was left as, and for the
// backups that were made of it, which are removed then. The ARN of every CA.
std::vector<std::string> CheckFile(const std::string& path, Answers& answers,
                                   Problems* problems);

}  // namespace pki

#endif  // CAPI_DURABILITY_CHECKER_H_
