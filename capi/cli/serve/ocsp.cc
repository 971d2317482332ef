// Requests in, responses out, and what caches are told.
#include "capi/cli/serve/ocsp.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "capi/cli/serve/hmac.h"
#include "capi/cli/serve/url.h"
#include "nlohmann/json.hpp"

namespace pkictl {
namespace {

using nlohmann::json;

constexpr char kRequestType[] = "application/ocsp-request";
constexpr char kResponseType[] = "application/ocsp-response";

HttpAnswer RefuseWith(int status, const std::string& text) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "text/plain"}};
  answer.body = text + "\n";
  return answer;
}

// The time in a member; none when it is absent.
std::optional<absl::Time> TimeIn(const json& answered, const char* member) {
  const auto found = answered.find(member);
  if (found == answered.end()) return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(found->get<double>());
}

// RFC 5019 section 6.2: until the response ends, and not a moment longer. What
// has a nonce is for one client alone, but no-store is for refusals.
void AddCaching(const json& answered, HttpAnswer* answer) {
  const auto add = [answer](const char* name, std::string value) {
    answer->headers.push_back({name, std::move(value)});
  };
  const auto made = TimeIn(answered, "ThisUpdate");
  if (!made.has_value()) {
    add("Cache-Control", "no-store");
    return;
  }
  add("Last-Modified", HttpDate(*made));
  add("ETag", absl::StrCat("\"", Sha256Hex(answer->body), "\""));
  const auto end = TimeIn(answered, "NextUpdate");
  if (!end.has_value()) {
    add("Cache-Control", "max-age=0, private, no-transform, must-revalidate");
    return;
  }
  add("Expires", HttpDate(*end));
  const int64_t seconds = absl::ToInt64Seconds(*end - absl::Now());
  add("Cache-Control", absl::StrCat("max-age=", std::max<int64_t>(0, seconds),
                                    ", public, no-transform, must-revalidate"));
}

// `request` is in DER.
HttpAnswer Respond(const Engine& engine, absl::string_view request) {
  const json call = {{"Request", absl::Base64Escape(request)}};
  const Reply reply = engine.Call(Caller(), "RespondOcsp", call.dump());
  const json answered = json::parse(reply.json);
  if (!reply.ok()) {
    return RefuseWith(reply.status(), answered.value("message", reply.type()));
  }
  HttpAnswer answer;
  answer.headers = {{"Content-Type", kResponseType}};
  absl::Base64Unescape(answered.value("Response", ""), &answer.body);
  AddCaching(answered, &answer);
  answer.note = "RespondOcsp";
  return answer;
}

}  // namespace

bool IsOcspPost(const HttpRequest& request) {
  // Parameters may follow.
  const absl::string_view type = request.Header("content-type");
  return absl::EqualsIgnoreCase(
      absl::StripAsciiWhitespace(type.substr(0, type.find(';'))), kRequestType);
}

HttpAnswer AnswerOcspPost(const Engine& engine, const HttpRequest& request) {
  if (!IsOcspPost(request)) {
    return RefuseWith(415,
                      absl::StrCat("The Content-Type is ", kRequestType, "."));
  }
  return Respond(engine, request.body);
}

std::optional<HttpAnswer> AnswerOcspGet(const Engine& engine,
                                        const HttpRequest& request) {
  absl::string_view path = SplitTarget(request.target).path;
  absl::ConsumePrefix(&path, kOcspPath);
  const std::string text = PercentDecode(path);
  // The base64 of a SEQUENCE begins with an M, the name of a bucket with a
  // small letter or a digit.
  absl::string_view base64 = text;
  std::string der;
  if (!absl::ConsumePrefix(&base64, "/") || !absl::StartsWith(base64, "M") ||
      !absl::Base64Unescape(base64, &der)) {
    return std::nullopt;
  }
  HttpAnswer answer = Respond(engine, der);
  if (request.method == "HEAD") answer.size = answer.body.size();
  return answer;
}

}  // namespace pkictl
