// What every Store must do, as a list of named cases: for the tests of the
// implementations here (conformance_suite.h), and for hosts that bring a store
// of their own (pki_store_check()).
#ifndef PKI_STORE_CONFORMANCE_H_
#define PKI_STORE_CONFORMANCE_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "pki/store/store.h"

namespace pki {

struct ConformanceCase {
  const char* name;  // "ScanIsInByteOrder"
  absl::Status (*run)(Store& store);
};

// All cases; each may begin with whatever store is there.
absl::Span<const ConformanceCase> ConformanceCases();

// Runs one case on a store that may hold other entries and be in use: it reads
// and writes only keys that begin with "pki_store_check/", and leaves none of
// them. Some cases start threads, at most four at a time, and wait for them.
// Errors: REASON_STORE_CONFORMANCE, which says what was expected and what was
// seen; those of the store.
absl::Status RunConformanceCase(const ConformanceCase& conformance_case,
                                Store& store);

}  // namespace pki

#endif  // PKI_STORE_CONFORMANCE_H_
