// The partitions of the service, each a world of its own: what comes first in
// an ARN, arn:PARTITION:acm-pca:…
#ifndef PKI_BASE_PARTITION_H_
#define PKI_BASE_PARTITION_H_

#include <algorithm>
#include <iterator>

#include "absl/strings/string_view.h"

namespace pki {

inline constexpr absl::string_view kPartitions[] = {"aws", "aws-cn",
                                                    "aws-us-gov"};

inline bool IsPartition(absl::string_view text) {
  return std::find(std::begin(kPartitions), std::end(kPartitions), text) !=
         std::end(kPartitions);
}

}  // namespace pki

#endif  // PKI_BASE_PARTITION_H_
