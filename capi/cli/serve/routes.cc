// The table of paths and methods.
#include "capi/cli/serve/routes.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "capi/cli/serve/crls.h"
#include "capi/cli/serve/objects.h"
#include "capi/cli/serve/ocsp.h"
#include "capi/cli/serve/operations.h"
#include "capi/cli/serve/url.h"

namespace pkictl {
namespace {

std::variant<Caller, Refusal> CallerOf(const Service& service,
                                       const HttpRequest& request,
                                       const std::string& signed_for) {
  if (service.is_local && !IsLocalHost(request.Header("host"))) {
    return Refusal{403, "AccessDeniedException",
                   "Call this server by its IP address or as localhost, or "
                   "give it access keys."};
  }
  return service.callers.CallerOf(request, signed_for, absl::Now());
}

HttpAnswer Operation(const Service& service, const HttpRequest& request) {
  // The URI of a responder that is a host alone leads here.
  if (IsOcspPost(request)) return AnswerOcspPost(service.engine, request);
  const auto caller = CallerOf(service, request, "acm-pca");
  if (const auto* const refusal = std::get_if<Refusal>(&caller)) {
    return AnswerJson(*refusal);
  }
  return AnswerOperation(service.engine, std::get<Caller>(caller), request);
}

HttpAnswer Object(const Service& service, const HttpRequest& request) {
  if (auto crl = AnswerCrl(service.engine, request); crl.has_value()) {
    return *std::move(crl);
  }
  if (auto ocsp = AnswerOcspGet(service.engine, request); ocsp.has_value()) {
    return *std::move(ocsp);
  }
  const auto caller = CallerOf(service, request, "s3");
  if (const auto* const refusal = std::get_if<Refusal>(&caller)) {
    return RefuseObject(*refusal);
  }
  return AnswerObject(service.engine, std::get<Caller>(caller), request);
}

HttpAnswer OcspPost(const Service& service, const HttpRequest& request) {
  return AnswerOcspPost(service.engine, request);
}

struct Route {
  absl::string_view path;
  // Whether longer paths belong to it too.
  bool is_prefix;
  absl::string_view method;
  HttpAnswer (*answer)(const Service&, const HttpRequest&);

  bool Has(absl::string_view asked) const {
    return is_prefix ? absl::StartsWith(asked, path) : asked == path;
  }
};

// The first path that has what is asked for decides; its methods follow one
// another.
constexpr Route kRoutes[] = {
    {kOcspPath, false, "POST", OcspPost},
    {"/", false, "POST", Operation},
    {"/", true, "GET", Object},
    {"/", true, "HEAD", Object},
};

}  // namespace

HttpAnswer Answer(const Service& service, const HttpRequest& request) {
  // No client of the service is a page in a browser; one that could call this
  // server would be anybody's.
  if (!request.Header("origin").empty()) {
    return AnswerJson({403, "AccessDeniedException",
                       "A page in a browser may not call this server."});
  }
  const absl::string_view path = SplitTarget(request.target).path;
  const Route* first = nullptr;
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (first == nullptr && route.Has(path)) first = &route;
    if (first == nullptr || route.path != first->path ||
        route.is_prefix != first->is_prefix) {
      continue;
    }
    if (route.method == request.method) return route.answer(service, request);
    absl::StrAppend(&allowed, allowed.empty() ? "" : ", ", route.method);
  }
  if (first == nullptr) {
    return AnswerJson(
        {404, "ResourceNotFoundException", "There is nothing here."});
  }
  HttpAnswer answer = AnswerJson(
      {405, "MethodNotAllowedException", absl::StrCat("Use ", allowed, ".")});
  answer.headers.push_back({"Allow", allowed});
  return answer;
}

}  // namespace pkictl
