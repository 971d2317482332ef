// Which partition of a CRL a certificate is in.
#ifndef PKI_CA_CRL_PARTITION_H_
#define PKI_CA_CRL_PARTITION_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/store/store.h"

namespace pki {

// How many partitions a CRL is given when it becomes partitioned. The service
// adds one after each million certificates, up to a hundred million; these are
// fixed, so that the serial alone says where a certificate is.
inline constexpr size_t kCrlPartitions = 64;

// The partition, from 0, of a certificate. Serials are random, so that all of
// the `count` partitions, at most 256, are about as large. Partitions follow
// each other as serials do: each is a range of them.
size_t CrlPartitionOf(ByteView serial, size_t count);

// The keys of the records under `prefix`, which end in serials of 32 digits,
// that are of the partition.
KeyRange KeysOfCrlPartition(absl::string_view prefix, size_t partition,
                            size_t count);

}  // namespace pki

#endif  // PKI_CA_CRL_PARTITION_H_
