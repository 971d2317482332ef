// Lists that come in pages, made one as the AWS CLI does it.
#ifndef PKI_CAPI_CLI_PAGES_H_
#define PKI_CAPI_CLI_PAGES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "capi/cli/json.h"
#include "capi/cli/shape.h"

namespace CLI {
class App;
}  // namespace CLI

namespace pkictl {

struct PageOptions {
  bool one_page = false;
  // Of all pages together, and of one; 0 for no limit.
  int64_t max_items = 0;
  int64_t page_size = 0;
  std::string starting_token;
};

// Whether the operation has NextToken and MaxResults, and answers one list.
bool HasPages(const OperationShape& shape);

// --no-paginate, --max-items, --page-size and --starting-token.
void AddPageOptions(CLI::App& command, PageOptions* options);

// Calls as often as it takes and puts the lists together. There is a NextToken
// in the answer when there are more items than --max-items. An operation
// without pages, --no-paginate, and a request that has NextToken or MaxResults
// are one call.
absl::StatusOr<Json> CallForPages(
    const OperationShape& shape, const PageOptions& options, Json request,
    const std::function<absl::StatusOr<Json>(const Json& request)>& call);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_PAGES_H_
