// Keys of records and conversion of times.
#include "pki/engine/records.h"

#include "absl/strings/str_cat.h"

namespace pki {

std::string CaKey(absl::string_view ca_id) {
  return absl::StrCat(kCaPrefix, ca_id);
}

std::string CertificateKey(absl::string_view ca_id, absl::string_view serial) {
  return absl::StrCat("cert/", ca_id, "/", serial);
}

std::string TokenKey(absl::string_view scope, absl::string_view hash) {
  return absl::StrCat("token/", scope, "/", hash);
}

std::string RevocationKey(absl::string_view ca_id, absl::string_view serial) {
  return absl::StrCat("revoked/", ca_id, "/", serial);
}

std::string PolicyKey(absl::string_view ca_id) {
  return absl::StrCat("policy/", ca_id);
}

std::string PermissionPrefix(absl::string_view ca_id) {
  return absl::StrCat("permission/", ca_id, "/");
}

std::string PermissionKey(absl::string_view ca_id, absl::string_view principal,
                          absl::string_view account) {
  return absl::StrCat(PermissionPrefix(ca_id), principal, "/", account);
}

KeyRange KeysUnder(absl::string_view prefix) {
  KeyRange range{std::string(prefix), std::string(prefix)};
  // '0' follows '/'.
  range.end.back() = '0';
  return range;
}

std::string KeyAfter(absl::string_view key) {
  return absl::StrCat(key, absl::string_view("\0", 1));
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

}  // namespace pki
