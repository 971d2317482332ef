// Reading a range that is too long to be read at once.
#ifndef PKI_STORE_SCAN_PAGES_H_
#define PKI_STORE_SCAN_PAGES_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "pki/store/store.h"

namespace pki {

// Shows `visit` the entries of the range in their order, `page_size` of them at
// a time, the last page being shorter or empty. Each page is of an instant of
// its own. Errors: that of the first `visit` that fails, which ends it;
// STORAGE_FAILURE.
absl::Status ScanPages(
    Store& store, KeyRange range, size_t page_size,
    const std::function<absl::Status(const std::vector<Entry>& page)>& visit);

}  // namespace pki

#endif  // PKI_STORE_SCAN_PAGES_H_
