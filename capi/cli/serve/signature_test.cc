// Signatures that botocore made, and what becomes of them when anything that
// they cover is another.
#include "capi/cli/serve/signature.h"

#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pkictl {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

struct Vector {
  std::string name;
  std::string service;
  HttpRequest request;
};

struct Vectors {
  Secret secret;
  absl::Time now;
  std::vector<Vector> all;
};

const Vectors& ReadVectors() {
  static const auto* const vectors = [] {
    std::ifstream file("testdata/sigv4/vectors.json");
    const json read = json::parse(file);
    auto* const made = new Vectors;
    const auto secret = read.at("secret").get<std::string>();
    made->secret.assign(secret.begin(), secret.end());
    made->now = absl::FromUnixSeconds(read.at("now").get<int64_t>());
    for (const json& each : read.at("vectors")) {
      HttpRequest request;
      request.method = each.at("method");
      request.target = each.at("target");
      request.body = each.at("body");
      for (const json& header : each.at("headers")) {
        request.headers.push_back(
            {absl::AsciiStrToLower(header.at(0).get<std::string>()),
             header.at(1)});
      }
      made->all.push_back({each.at("name"), each.at("service"), request});
    }
    return made;
  }();
  return *vectors;
}

std::string* Find(HttpRequest* request, const std::string& name) {
  for (HttpHeader& header : request->headers) {
    if (header.name == name) return &header.value;
  }
  return nullptr;
}

// The type of the refusal; "" when there is none.
std::string Check(const HttpRequest& request, const std::string& service,
                  const Secret& secret, absl::Time now) {
  const auto read = ReadAuthorization(request);
  if (const auto* const refusal = std::get_if<Refusal>(&read)) {
    return refusal->type;
  }
  const auto refusal = CheckSignature(request, std::get<Authorization>(read),
                                      service, secret, now);
  return refusal.has_value() ? refusal->type : "";
}

std::string Check(const HttpRequest& request, const std::string& service) {
  return Check(request, service, ReadVectors().secret, ReadVectors().now);
}

// A request for an operation, which all vectors of that service are like.
HttpRequest Operation() { return ReadVectors().all.at(0).request; }

constexpr char kInvalid[] = "InvalidSignatureException";
constexpr char kIncomplete[] = "IncompleteSignatureException";

TEST(SignatureTest, AcceptsWhatBotocoreSigned) {
  ASSERT_GE(ReadVectors().all.size(), 8u);
  for (const Vector& each : ReadVectors().all) {
    EXPECT_EQ(Check(each.request, each.service), "") << each.name;
  }
}

TEST(SignatureTest, RefusesAnotherSecret) {
  Secret secret = ReadVectors().secret;
  secret.back() ^= 1;
  for (const Vector& each : ReadVectors().all) {
    EXPECT_EQ(Check(each.request, each.service, secret, ReadVectors().now),
              kInvalid)
        << each.name;
  }
}

TEST(SignatureTest, CoversTheMethodTheTargetAndTheBody) {
  for (const Vector& each : ReadVectors().all) {
    HttpRequest request = each.request;
    request.method = "PUT";
    EXPECT_EQ(Check(request, each.service), kInvalid) << each.name;
    request = each.request;
    request.target += request.target.find('?') == std::string::npos ? "x" : "&";
    request.target += "=x";
    EXPECT_EQ(Check(request, each.service), kInvalid) << each.name;
    if (request.Header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD") continue;
    request = each.request;
    request.body += " ";
    EXPECT_EQ(Check(request, each.service), kInvalid) << each.name;
  }
}

TEST(SignatureTest, CoversEverySignedHeader) {
  int headers = 0;
  for (const Vector& each : ReadVectors().all) {
    const auto read = ReadAuthorization(each.request);
    for (const std::string& name :
         std::get<Authorization>(read).signed_headers) {
      if (name == "x-amz-date") continue;
      HttpRequest request = each.request;
      *Find(&request, name) += "x";
      EXPECT_EQ(Check(request, each.service), kInvalid)
          << each.name << ": " << name;
      ++headers;
    }
  }
  EXPECT_GT(headers, 20);
}

TEST(SignatureTest, CoversTheScope) {
  for (const auto& [from, to] : {std::pair("eu-west-1", "eu-west-2"),
                                 std::pair("/20261121/", "/20261122/"),
                                 std::pair("/acm-pca/", "/acm/")}) {
    HttpRequest request = Operation();
    std::string* const header = Find(&request, "authorization");
    *header = absl::StrReplaceAll(*header, {{from, to}});
    EXPECT_EQ(Check(request, "acm-pca"), kInvalid) << to;
  }
  EXPECT_EQ(Check(Operation(), "s3"), kInvalid);
}

TEST(SignatureTest, LastsFifteenMinutes) {
  const Vectors& vectors = ReadVectors();
  const absl::Duration most = absl::Minutes(15);
  const auto check = [&](absl::Duration after) {
    return Check(Operation(), "acm-pca", vectors.secret, vectors.now + after);
  };
  EXPECT_EQ(check(most), "");
  EXPECT_EQ(check(-most), "");
  EXPECT_EQ(check(most + absl::Seconds(1)), kInvalid);
  EXPECT_EQ(check(-most - absl::Seconds(1)), kInvalid);
}

TEST(SignatureTest, MustCoverWhatDecidesTheMeaning) {
  for (const std::string name : {"host", "x-amz-date", "x-amz-target"}) {
    HttpRequest request = Operation();
    std::string* const header = Find(&request, "authorization");
    *header = absl::StrReplaceAll(*header, {{name, "x-other"}});
    EXPECT_EQ(Check(request, "acm-pca"), kIncomplete) << name;
  }
  HttpRequest request = Operation();
  request.headers.push_back({"x-amz-content-sha256", "UNSIGNED-PAYLOAD"});
  EXPECT_EQ(Check(request, "acm-pca"), kIncomplete);
}

TEST(SignatureTest, TakesAnUnsignedBodyForObjectsOnly) {
  HttpRequest request = Operation();
  request.headers.push_back({"x-amz-content-sha256", "UNSIGNED-PAYLOAD"});
  std::string* const header = Find(&request, "authorization");
  *header = absl::StrReplaceAll(
      *header, {{"SignedHeaders=", "SignedHeaders=x-amz-content-sha256;"}});
  EXPECT_EQ(Check(request, "acm-pca"), kInvalid);
}

TEST(SignatureTest, NeedsATime) {
  for (const std::string date : {"", "2026", "20261121T165143", "x"}) {
    HttpRequest request = Operation();
    *Find(&request, "x-amz-date") = date;
    EXPECT_EQ(Check(request, "acm-pca"), kIncomplete) << date;
  }
}

TEST(AuthorizationTest, IsTakenApart) {
  HttpRequest request;
  request.headers = {
      {"authorization",
       "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/acm-pca/"
       "aws4_request,SignedHeaders=host;x-amz-date,   Signature=00ff"}};
  const auto read = ReadAuthorization(request);
  const auto& authorization = std::get<Authorization>(read);
  EXPECT_EQ(authorization.access_key, "AKIDEXAMPLE");
  EXPECT_EQ(authorization.date, "20261121");
  EXPECT_EQ(authorization.region, "eu-west-1");
  EXPECT_EQ(authorization.service, "acm-pca");
  EXPECT_THAT(authorization.signed_headers, ElementsAre("host", "x-amz-date"));
  EXPECT_EQ(authorization.signature, "00ff");
}

TEST(AuthorizationTest, IsRefusedWhenAPartIsMissing) {
  const std::string whole =
      "AWS4-HMAC-SHA256 Credential=A/20261121/eu-west-1/acm-pca/aws4_request, "
      "SignedHeaders=host, Signature=00";
  const auto type_of = [](const std::string& header) {
    HttpRequest request;
    request.headers = {{"authorization", header}};
    const auto read = ReadAuthorization(request);
    const auto* const refusal = std::get_if<Refusal>(&read);
    return refusal == nullptr ? "" : refusal->type;
  };
  EXPECT_EQ(type_of(whole), "");
  EXPECT_EQ(type_of(""), "MissingAuthenticationTokenException");
  for (const std::string part :
       {"AWS4-HMAC-SHA256", "Credential", "SignedHeaders", "Signature",
        "/aws4_request", "/eu-west-1"}) {
    EXPECT_EQ(type_of(absl::StrReplaceAll(whole, {{part, ""}})), kIncomplete)
        << part;
  }
  for (const std::string header :
       {"x", "Basic QTpC", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ,,,=,=="}) {
    EXPECT_EQ(type_of(header), kIncomplete) << header;
  }
}

}  // namespace
}  // namespace pkictl
