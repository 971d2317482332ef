// Times as the clock gives them and as messages carry them.
#ifndef PKI_BASE_TIMESTAMP_H_
#define PKI_BASE_TIMESTAMP_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace pki {

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace pki

#endif  // PKI_BASE_TIMESTAMP_H_
