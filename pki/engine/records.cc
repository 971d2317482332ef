// Keys of records and conversion of times.
#include "pki/engine/records.h"

#include "absl/strings/str_cat.h"

namespace pki {

std::string CaKey(absl::string_view ca_id) {
  return absl::StrCat("ca/", ca_id);
}

std::string CertificateKey(absl::string_view ca_id, absl::string_view serial) {
  return absl::StrCat("cert/", ca_id, "/", serial);
}

std::string TokenKey(absl::string_view scope, absl::string_view hash) {
  return absl::StrCat("token/", scope, "/", hash);
}

absl::Status CheckRecord(bool parsed, uint32_t format, absl::string_view key) {
  if (!parsed || format == 0) {
    return Refuse(v1::REASON_RECORD_DAMAGED, "",
                  absl::StrCat("The record ", Quote(key), " is damaged."));
  }
  if (format > kRecordFormat) {
    return Refuse(v1::REASON_RECORD_FORMAT, "",
                  absl::StrCat("The record ", Quote(key), " has format ",
                               format, "; this engine knows up to ",
                               kRecordFormat, ". Use a newer engine."));
  }
  return absl::OkStatus();
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
