// How a store on disk does with very many certificates.
//
// The records are copies of those of one certificate, under serials of their
// own, and come through the port in batches. What is measured happens in a
// process of its own that opens the store and uses it, so that nothing of the
// filling is in its memory or its caches; the kernel's are warm.
#ifndef BENCH_SCALE_H_
#define BENCH_SCALE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"

namespace pki {

// The first part of the cases' names.
inline constexpr char kScale[] = "Scale";

// The counters of a case. Times are medians but for that of opening.
inline constexpr char kOpenTime[] = "open_ms";
inline constexpr char kGetTime[] = "get_us";      // GetCertificate
inline constexpr char kIssueTime[] = "issue_us";  // IssueCertificate
inline constexpr char kPageTime[] = "page_us";    // a scan of 100 records
inline constexpr char kResident[] = "resident_mb";
inline constexpr char kFileSize[] = "file_mb";

// Registers Scale/certificates:N up to a million, which takes minutes and a
// gigabyte of disk.
void RegisterScale();

// The first argument of a process that measures, and what it does then. The
// exit status.
inline constexpr char kUseStore[] = "--use-store";
int UseStore(absl::Span<char* const> arguments);

}  // namespace pki

#endif  // BENCH_SCALE_H_
