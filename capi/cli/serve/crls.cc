// From the URI to the object.
#include "capi/cli/serve/crls.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "capi/cli/serve/objects.h"
#include "capi/cli/serve/url.h"
#include "nlohmann/json.hpp"

namespace pkictl {
namespace {

using nlohmann::json;

constexpr absl::string_view kSuffix = ".crl";

// What was asked for. A path of the service's may have a "?".
std::string UriOf(const HttpRequest& request) {
  const Target target = SplitTarget(request.target);
  return absl::StrCat("http://", request.Header("host"), target.path,
                      target.query.empty() ? "" : "?", target.query);
}

}  // namespace

std::optional<HttpAnswer> AnswerCrl(const Engine& engine,
                                    const HttpRequest& request) {
  const std::string uri = UriOf(request);
  if (!absl::EndsWith(uri, kSuffix)) return std::nullopt;
  const json find = {{"Uri", uri}};
  const Reply reply =
      engine.Call(Caller(), "FindCertificateRevocationList",
                  find.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!reply.ok()) return std::nullopt;
  const json crl = json::parse(reply.json)["Crl"];
  HttpRequest of_object = request;
  of_object.target =
      absl::StrCat("/", PercentEncode(crl.value("Bucket", "")), "/",
                   PercentEncode(crl.value("Key", ""), "/"));
  return AnswerObject(engine, Caller(), of_object);
}

}  // namespace pkictl
