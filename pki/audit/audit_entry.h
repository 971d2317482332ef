// The audit log: an entry in the store for every use of a CA's key that leaves
// a record. Whoever uses a key puts the entry in the commit of what the key was
// used for. OCSP responses leave none, be they asked for or made in advance:
// they say again what the records of issuance and revocation say.
#ifndef PKI_AUDIT_AUDIT_ENTRY_H_
#define PKI_AUDIT_AUDIT_ENTRY_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "pki/access/principal.h"
#include "pki/base/bytes.h"
#include "proto/store.pb.h"

namespace pki {

// A key and its AuditRecord (proto/store.proto). The keys of one CA are in the
// order of time.
using AuditEntry = std::pair<std::string, Bytes>;

// The CA signed the CSR for its own certificate, as `caller` asked for.
AuditEntry AuditOfCsr(absl::string_view ca_id, const Caller& caller,
                      const google::protobuf::Timestamp& time);

// The CA signed the certificate whose record has this serial in its key.
AuditEntry AuditOfCertificate(absl::string_view ca_id, absl::string_view serial,
                              const Caller& caller,
                              const google::protobuf::Timestamp& time);

// The CA signed the CRL of its record (proto/store.proto). `partition` is the
// number in that one's key.
AuditEntry AuditOfCrl(absl::string_view ca_id, size_t partition,
                      const v1::CrlRecord& crl, const Caller& caller);

}  // namespace pki

#endif  // PKI_AUDIT_AUDIT_ENTRY_H_
