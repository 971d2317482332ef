// The service's form of refusals, and HTTP's of times.
#include "capi/cli/serve/http.h"

#include <utility>

#include "nlohmann/json.hpp"

namespace pkictl {

absl::string_view HttpRequest::Header(absl::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

HttpAnswer AnswerJson(int status, const std::string& type, std::string json) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "application/x-amz-json-1.1"}};
  if (!type.empty()) answer.headers.push_back({"x-amzn-ErrorType", type});
  answer.body = std::move(json);
  answer.note = type;
  return answer;
}

HttpAnswer AnswerJson(const Refusal& refusal) {
  const nlohmann::ordered_json body = {{"__type", refusal.type},
                                       {"message", refusal.message}};
  // Messages quote what came from outside.
  return AnswerJson(
      refusal.status, refusal.type,
      body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string HttpDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time,
                          absl::UTCTimeZone());
}

}  // namespace pkictl
