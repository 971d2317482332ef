// Page after page, each beginning behind the last entry of the one before.
#include "pki/store/scan_pages.h"

#include "pki/base/status.h"
#include "pki/store/key_range.h"

namespace pki {

absl::Status ScanPages(
    Store& store, KeyRange range, size_t page_size,
    const std::function<absl::Status(const std::vector<Entry>& page)>& visit) {
  while (true) {
    PKI_ASSIGN_OR_RETURN(const std::vector<Entry> page,
                         store.Scan(range, page_size));
    PKI_RETURN_IF_ERROR(visit(page));
    if (page.size() < page_size) return absl::OkStatus();
    range.begin = KeyAfter(page.back().key);
  }
}

}  // namespace pki
