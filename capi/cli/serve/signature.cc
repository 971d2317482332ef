// The canonical request, the string to sign, and the key that signs it.
#include "capi/cli/serve/signature.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "capi/cli/serve/hmac.h"
#include "capi/cli/serve/url.h"

namespace pkictl {
namespace {

constexpr absl::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr absl::string_view kTermination = "aws4_request";
constexpr absl::string_view kDateFormat = "%E4Y%m%dT%H%M%SZ";
constexpr absl::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr absl::Duration kMaxSkew = absl::Minutes(15);

// What decides the meaning of a request, and must be signed when it is there.
constexpr absl::string_view kMeaningful[] = {
    "host", "x-amz-date", "x-amz-target", "x-amz-content-sha256"};

Refusal Incomplete(std::string message) {
  return {400, "IncompleteSignatureException", std::move(message)};
}

Refusal Invalid(std::string message) {
  return {403, "InvalidSignatureException", std::move(message)};
}

// All headers of that name, as one.
std::string CanonicalValue(const HttpRequest& request, absl::string_view name) {
  std::vector<std::string> values;
  for (const HttpHeader& header : request.headers) {
    if (header.name != name) continue;
    values.push_back(header.value);
    absl::RemoveExtraAsciiWhitespace(&values.back());
  }
  return absl::StrJoin(values, ",");
}

// In the order of names: "a" before "a-b", whatever follows them.
std::string CanonicalQuery(absl::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const absl::string_view parameter :
       absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(parameter, absl::MaxSplits('=', 1));
    parameters.emplace_back(PercentEncode(PercentDecode(pair.first)),
                            PercentEncode(PercentDecode(pair.second)));
  }
  absl::c_sort(parameters);
  return absl::StrJoin(parameters, "&", absl::PairFormatter("="));
}

// Paths are those of "/" and of objects, which S3 escapes once.
std::string CanonicalRequest(const HttpRequest& request,
                             const Authorization& authorization,
                             absl::string_view payload_hash) {
  const Target target = SplitTarget(request.target);
  std::string canonical = absl::StrCat(
      request.method, "\n", PercentEncode(PercentDecode(target.path), "/"),
      "\n", CanonicalQuery(target.query), "\n");
  for (const std::string& name : authorization.signed_headers) {
    absl::StrAppend(&canonical, name, ":", CanonicalValue(request, name), "\n");
  }
  absl::StrAppend(&canonical, "\n",
                  absl::StrJoin(authorization.signed_headers, ";"), "\n",
                  payload_hash);
  return canonical;
}

Secret SigningKey(const Authorization& authorization, const Secret& secret) {
  constexpr absl::string_view kPrefix = "AWS4";
  Secret key(kPrefix.begin(), kPrefix.end());
  key.insert(key.end(), secret.begin(), secret.end());
  for (const absl::string_view part :
       {absl::string_view(authorization.date),
        absl::string_view(authorization.region),
        absl::string_view(authorization.service), kTermination}) {
    key = HmacSha256(key, part);
  }
  return key;
}

}  // namespace

std::variant<Authorization, Refusal> ReadAuthorization(
    const HttpRequest& request) {
  absl::string_view header = request.Header("authorization");
  if (header.empty()) {
    return Refusal{403, "MissingAuthenticationTokenException",
                   "Missing Authentication Token"};
  }
  if (!absl::ConsumePrefix(&header, kAlgorithm)) {
    return Incomplete(
        absl::StrCat("Authorization does not begin with ", kAlgorithm, "."));
  }
  Authorization authorization;
  std::vector<std::string> credential;
  for (const absl::string_view part : absl::StrSplit(header, ',')) {
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(
        absl::StripAsciiWhitespace(part), absl::MaxSplits('=', 1));
    if (pair.first == "Credential") {
      credential = absl::StrSplit(pair.second, '/');
    } else if (pair.first == "SignedHeaders") {
      authorization.signed_headers = absl::StrSplit(pair.second, ';');
    } else if (pair.first == "Signature") {
      authorization.signature = std::string(pair.second);
    }
  }
  if (credential.size() != 5 || credential[4] != kTermination ||
      authorization.signed_headers.empty() || authorization.signature.empty()) {
    return Incomplete(
        "Authorization needs Credential=KEY/DATE/REGION/SERVICE/aws4_request, "
        "SignedHeaders and Signature.");
  }
  authorization.access_key = std::move(credential[0]);
  authorization.date = std::move(credential[1]);
  authorization.region = std::move(credential[2]);
  authorization.service = std::move(credential[3]);
  return authorization;
}

std::optional<Refusal> CheckSignature(const HttpRequest& request,
                                      const Authorization& authorization,
                                      const std::string& service,
                                      const Secret& secret, absl::Time now) {
  const std::string date(request.Header("x-amz-date"));
  absl::Time time;
  if (!absl::ParseTime(kDateFormat, date, &time, nullptr)) {
    return Incomplete("X-Amz-Date is no time as 20261121T165143Z.");
  }
  for (const absl::string_view name : kMeaningful) {
    if (!request.Header(name).empty() &&
        !absl::c_linear_search(authorization.signed_headers, name)) {
      return Incomplete(absl::StrCat("The header ", name, " is not signed."));
    }
  }
  if (authorization.service != service) {
    return Invalid(absl::StrCat(
        "Credential should be scoped to correct service: '", service, "'."));
  }
  if (authorization.date != date.substr(0, authorization.date.size())) {
    return Invalid("The dates of Credential and X-Amz-Date differ.");
  }
  if (absl::AbsDuration(now - time) > kMaxSkew) {
    return Invalid(absl::StrCat(
        "Signature expired: it is of ", date, ", and it is now ",
        absl::FormatTime(kDateFormat, now, absl::UTCTimeZone()), "."));
  }
  const absl::string_view claimed = request.Header("x-amz-content-sha256");
  std::string payload_hash;
  if (service == "s3" && claimed == kUnsignedPayload) {
    payload_hash = std::string(claimed);
  } else {
    payload_hash = Sha256Hex(request.body);
    if (!claimed.empty() && claimed != payload_hash) {
      return Invalid("X-Amz-Content-SHA256 is not the hash of the body.");
    }
  }
  const std::string to_sign = absl::StrCat(
      kAlgorithm, "\n", date, "\n", authorization.date, "/",
      authorization.region, "/", authorization.service, "/", kTermination, "\n",
      Sha256Hex(CanonicalRequest(request, authorization, payload_hash)));
  const Secret signature =
      HmacSha256(SigningKey(authorization, secret), to_sign);
  if (!SameBytes(absl::BytesToHexString(View(signature)),
                 authorization.signature)) {
    return Invalid(
        "The request signature we calculated does not match the signature you "
        "provided. Check the secret access key and the signing method.");
  }
  return std::nullopt;
}

}  // namespace pkictl
