// The engine's records in the store: their keys, and how they are read and put.
// proto/store.proto shows them.
#ifndef PKI_ENGINE_RECORDS_H_
#define PKI_ENGINE_RECORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "pki/store/record.h"

namespace pki {

// Every CA is under it.
inline constexpr absl::string_view kCaPrefix = "ca/";

std::string CaKey(absl::string_view ca_id);
std::string CertificateKey(absl::string_view ca_id, absl::string_view serial);
// `scope` separates operations and CAs; `hash` stands for token and request.
std::string TokenKey(absl::string_view scope, absl::string_view hash);

std::string RevocationKey(absl::string_view ca_id, absl::string_view serial);
std::string PolicyKey(absl::string_view ca_id);
std::string PermissionPrefix(absl::string_view ca_id);
std::string PermissionKey(absl::string_view ca_id, absl::string_view principal,
                          absl::string_view account);

// The keys that begin with `prefix`, which ends in a slash.
KeyRange KeysUnder(absl::string_view prefix);

// The first key that comes after `key`.
std::string KeyAfter(absl::string_view key);

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace pki

#endif  // PKI_ENGINE_RECORDS_H_
