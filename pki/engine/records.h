// The engine's records in the store: their keys, and how they are read and put.
// proto/store.proto shows them.
#ifndef PKI_ENGINE_RECORDS_H_
#define PKI_ENGINE_RECORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pki/base/timestamp.h"
#include "pki/store/key_range.h"
#include "pki/store/record.h"

namespace pki {

// Every CA is under it.
inline constexpr absl::string_view kCaPrefix = "ca/";

std::string CaKey(absl::string_view ca_id);
std::string CertificateKey(absl::string_view ca_id, absl::string_view serial);
// Every token is under it.
inline constexpr absl::string_view kTokenPrefix = "token/";
// `scope` separates operations and CAs; `hash` stands for token and request.
std::string TokenKey(absl::string_view scope, absl::string_view hash);

std::string RevocationKey(absl::string_view ca_id, absl::string_view serial);
std::string RevocationPrefix(absl::string_view ca_id);
// Of the complete CRL, or of the partition with this number, from 1.
std::string CrlPrefix(absl::string_view ca_id);
std::string CrlKey(absl::string_view ca_id, size_t partition);
std::string CrlMarkPrefix(absl::string_view ca_id);
std::string CrlMarkKey(absl::string_view ca_id, size_t partition);
// Of the CRL at this URI, whose host may have any case and port.
std::string CrlUriKey(absl::string_view uri);
std::string OcspKey(absl::string_view ca_id);
std::string PolicyKey(absl::string_view ca_id);
std::string AuditPrefix(absl::string_view ca_id);
std::string ReportKey(absl::string_view ca_id, absl::string_view report_id);
// Of the report that is being made.
std::string ReportingKey(absl::string_view ca_id);
std::string PermissionPrefix(absl::string_view ca_id);
std::string PermissionKey(absl::string_view ca_id, absl::string_view principal,
                          absl::string_view account);

}  // namespace pki

#endif  // PKI_ENGINE_RECORDS_H_
