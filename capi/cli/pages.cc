// A page never asks for more items than are still wanted, so that its token is
// where to go on.
#include "capi/cli/pages.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "CLI/CLI.hpp"

namespace pkictl {
namespace {

constexpr char kNextToken[] = "NextToken";
constexpr char kMaxResults[] = "MaxResults";

// Null when there is none, or more than one.
const ShapeMember* OnlyList(const OperationShape& shape) {
  const ShapeMember* list = nullptr;
  for (const ShapeMember& member : shape.structures.at(shape.response)) {
    if (!member.list) continue;
    if (list != nullptr) return nullptr;
    list = &member;
  }
  return list;
}

}  // namespace

bool HasPages(const OperationShape& shape) {
  return shape.Find(shape.request, kNextToken) != nullptr &&
         shape.Find(shape.request, kMaxResults) != nullptr &&
         shape.Find(shape.response, kNextToken) != nullptr &&
         OnlyList(shape) != nullptr;
}

void AddPageOptions(CLI::App& command, PageOptions* options) {
  command.add_flag("--no-paginate", options->one_page,
                   "Print the first page only");
  const auto add_number = [&](const char* name, int64_t* number,
                              const char* description) {
    command.add_option(name, *number, description)
        ->check(CLI::PositiveNumber)
        ->type_name("N");
  };
  add_number("--max-items", &options->max_items,
             "Print no more items; the NextToken goes on there");
  add_number("--page-size", &options->page_size, "Of each call");
  command
      .add_option("--starting-token", options->starting_token,
                  "The NextToken of an answer before")
      ->type_name("TOKEN");
}

absl::StatusOr<Json> CallForPages(
    const OperationShape& shape, const PageOptions& options, Json request,
    const std::function<absl::StatusOr<Json>(const Json& request)>& call) {
  if (!HasPages(shape) || options.one_page || request.contains(kNextToken) ||
      request.contains(kMaxResults)) {
    return call(request);
  }
  const std::string& name = OnlyList(shape)->name;
  constexpr int64_t kAll = std::numeric_limits<int64_t>::max();
  int64_t wanted = options.max_items == 0 ? kAll : options.max_items;
  const int64_t page_max =
      shape.Find(shape.request, kMaxResults)->max.value_or(kAll);
  Json items = Json::array();
  std::string token = options.starting_token;
  do {
    if (!token.empty()) request[kNextToken] = token;
    if (options.page_size > 0 || options.max_items > 0) {
      const int64_t page_size =
          options.page_size > 0 ? options.page_size : page_max;
      request[kMaxResults] = std::min(page_size, wanted);
    }
    auto page = call(request);
    if (!page.ok()) return page;
    for (Json& item : (*page)[name]) items.push_back(std::move(item));
    wanted = options.max_items == 0
                 ? kAll
                 : options.max_items - static_cast<int64_t>(items.size());
    token = page->value(kNextToken, "");
  } while (!token.empty() && wanted > 0);
  Json all = {{name, std::move(items)}};
  if (!token.empty()) all[kNextToken] = token;
  return all;
}

}  // namespace pkictl
