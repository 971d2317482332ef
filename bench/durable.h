// Certificates per second of a store on disk, with full durability, beside the
// same operation on a store in memory.
//
// Blocks of the two take turns, and of each the lower quartile is compared, in
// real time, since most of an fsync is waiting. P-256, and what was signed is
// verified. The requests are those of /engine/ALWAYS in issue.h.
#ifndef BENCH_DURABLE_H_
#define BENCH_DURABLE_H_

namespace pki {

// The counters of a case.
inline constexpr char kDiskPerSecond[] = "disk_per_second";
inline constexpr char kMemoryPerSecond[] = "memory_per_second";
inline constexpr char kDiskToMemory[] = "disk_to_memory";
inline constexpr char kSyncs[] = "fsyncs_per_1000_certificates";

// Registers Durable/callers:N, of which each issues one certificate after the
// other, and Durable/batch:1000/threads:N, of one caller of IssueCertificates.
void RegisterDurable();

}  // namespace pki

#endif  // BENCH_DURABLE_H_
