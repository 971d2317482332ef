// The service's form of refusals.
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

HttpAnswer AnswerJson(int status, std::string json) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "application/x-amz-json-1.1"}};
  answer.body = std::move(json);
  return answer;
}

HttpAnswer Refuse(int status, const std::string& type,
                  const std::string& message) {
  const nlohmann::ordered_json body = {{"__type", type}, {"message", message}};
  // Messages quote what came from outside.
  HttpAnswer answer = AnswerJson(
      status, body.dump(-1, ' ', false,
                        nlohmann::ordered_json::error_handler_t::replace));
  answer.headers.push_back({"x-amzn-ErrorType", type});
  return answer;
}

}  // namespace pkictl
