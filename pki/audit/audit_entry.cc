// Keys and records of the audit log.
#include "pki/audit/audit_entry.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "pki/store/record.h"

namespace pki {
namespace {

constexpr int64_t kMillisPerSecond = 1000;
constexpr int64_t kNanosPerMilli = 1000000;

AuditEntry MakeEntry(v1::AuditEvent event, absl::string_view ca_id,
                     absl::string_view what, const Caller& caller,
                     const google::protobuf::Timestamp& time) {
  // Digits have no sign: what is before 1970 comes first, all at 0.
  const int64_t millis = std::max<int64_t>(
      0, time.seconds() * kMillisPerSecond + time.nanos() / kNanosPerMilli);
  v1::AuditRecord record;
  record.set_format(kRecordFormat);
  record.set_event(event);
  *record.mutable_time() = time;
  record.set_account(caller.account);
  if (IsService(caller)) record.set_service_principal(caller.principal);
  return {absl::StrCat("audit/", ca_id, "/",
                       absl::Dec(millis, absl::kZeroPad15), "/", what),
          record.SerializeAsString()};
}

}  // namespace

AuditEntry AuditOfCsr(absl::string_view ca_id, const Caller& caller,
                      const google::protobuf::Timestamp& time) {
  return MakeEntry(v1::AUDIT_EVENT_CSR, ca_id, "csr", caller, time);
}

AuditEntry AuditOfCertificate(absl::string_view ca_id, absl::string_view serial,
                              const Caller& caller,
                              const google::protobuf::Timestamp& time) {
  return MakeEntry(v1::AUDIT_EVENT_CERTIFICATE, ca_id, serial, caller, time);
}

AuditEntry AuditOfCrl(absl::string_view ca_id, size_t partition,
                      const v1::CrlRecord& crl, const Caller& caller) {
  return MakeEntry(v1::AUDIT_EVENT_CRL, ca_id,
                   absl::StrCat("crl-", absl::Dec(partition, absl::kZeroPad3),
                                "-", crl.number()),
                   caller, crl.generated_at());
}

}  // namespace pki
