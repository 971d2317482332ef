// Records that are not to be read.
#include "pki/store/record.h"

#include "absl/strings/str_cat.h"

namespace pki {

absl::Status DamagedRecord(absl::string_view key) {
  return Refuse(v1::REASON_RECORD_DAMAGED, "",
                absl::StrCat("The record ", Quote(key), " is damaged."));
}

absl::Status CheckRecord(bool parsed, uint32_t format, absl::string_view key) {
  if (!parsed || format == 0) return DamagedRecord(key);
  if (format > kRecordFormat) {
    return Refuse(v1::REASON_RECORD_FORMAT, "",
                  absl::StrCat("The record ", Quote(key), " has format ",
                               format, "; this engine knows up to ",
                               kRecordFormat, ". Use a newer engine."));
  }
  return absl::OkStatus();
}

}  // namespace pki
