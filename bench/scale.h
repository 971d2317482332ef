// How a store, on disk or in memory, does with very many certificates and CAs.
//
// The records are copies of those of one CA and of one certificate, under ids,
// serials and names of their own, and come through the port in batches: what is
// stored of each is what the engine would store, but no copy has a signature
// that is right, or a CA a key that opens. All certificates are of the first
// CA, whose key does open; there is a CA for every hundred of them.
//
// What is measured happens in a process of its own. One with a store on disk
// opens it and uses it, so that nothing of the filling is in its memory or its
// caches; the kernel's are warm. One with a store in memory fills it first.
#ifndef BENCH_SCALE_H_
#define BENCH_SCALE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"

namespace pki {

// The first part of the cases' names.
inline constexpr char kScale[] = "Scale";

// What is measured: the name of a counter, and the heading of a column. Times
// are in microseconds, and medians but for that of opening.
struct ScaleFigure {
  const char* counter;
  const char* heading;
};
inline constexpr ScaleFigure kScaleFigures[] = {
    {"open_us", "open"},          // the store, and an engine on it
    {"get_us", "get"},            // GetCertificate
    {"issue_us", "issue"},        // IssueCertificate
    {"describe_us", "describe"},  // DescribeCertificateAuthority
    {"tags_us", "tags"},          // ListTags
    {"cas_us", "CAs"},            // ListCertificateAuthorities, 100 of them
    // ListCertificates: 100 of all, 100 in the order of their expiry, and one
    // by its name.
    {"all_us", "all"},
    {"expiry_us", "expiry"},
    {"name_us", "name"},
    {"resident_mb", "resident"},  // of the process, in megabytes
    // Bytes for each certificate: of the file, or of memory.
    {"bytes", "bytes"},
};

// Registers Scale/disk/certificates:N and Scale/memory/certificates:N up to a
// million, which takes minutes and gigabytes of disk and of memory.
void RegisterScale();

// The first argument of a process that measures, and what it does then. The
// exit status.
inline constexpr char kUseStore[] = "--use-store";
int UseStore(absl::Span<char* const> arguments);

}  // namespace pki

#endif  // BENCH_SCALE_H_
