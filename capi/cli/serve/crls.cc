// The host leads to the bucket, by the configurations of the CAs.
#include "capi/cli/serve/crls.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "capi/cli/serve/objects.h"
#include "capi/cli/serve/url.h"
#include "nlohmann/json.hpp"

namespace pkictl {
namespace {

using nlohmann::json;

constexpr absl::string_view kSuffix = ".crl";
constexpr char kPrivate[] = "BUCKET_OWNER_FULL_CONTROL";

// Whether the URIs of these CRLs have the host, with its port or without.
bool HasHost(const json& crl, absl::string_view host) {
  const std::string cname = crl.value("CustomCname", "");
  if (cname.empty()) {
    return absl::StartsWith(
        host, absl::StrCat(crl.value("S3BucketName", ""), ".s3."));
  }
  const absl::string_view name = *absl::StrSplit(host, ':').begin();
  return cname == host || cname == name;
}

// The bucket of public CRLs under the host.
std::optional<std::string> BucketOf(const Engine& engine,
                                    absl::string_view host) {
  json request = json::object();
  while (true) {
    const Reply reply =
        engine.Call(Caller(), "ListCertificateAuthorities", request.dump());
    if (!reply.ok()) return std::nullopt;
    const json page = json::parse(reply.json);
    for (const json& ca : page.value("CertificateAuthorities", json::array())) {
      const json crl = ca.value("RevocationConfiguration", json::object())
                           .value("CrlConfiguration", json::object());
      if (crl.value("Enabled", false) &&
          crl.value("S3ObjectAcl", "") != kPrivate && HasHost(crl, host)) {
        return crl.value("S3BucketName", "");
      }
    }
    if (!page.contains("NextToken")) return std::nullopt;
    request["NextToken"] = page["NextToken"];
  }
}

}  // namespace

std::optional<HttpAnswer> AnswerCrl(const Engine& engine,
                                    const HttpRequest& request) {
  const absl::string_view path = SplitTarget(request.target).path;
  if (!absl::EndsWith(path, kSuffix)) return std::nullopt;
  const auto bucket = BucketOf(engine, request.Header("host"));
  if (!bucket.has_value()) return std::nullopt;
  HttpRequest of_object = request;
  of_object.target = absl::StrCat("/", PercentEncode(*bucket), path);
  return AnswerObject(engine, Caller(), of_object);
}

}  // namespace pkictl
