// Every error that the service's model declares for an operation, provoked: by
// what causes it here, or, where this engine has no cause, by the test mode.
//
// The model is not here: pki/wire/botocore_test.py holds the names of the cases
// ("GetPolicy_InvalidArnException") against it.
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/engine/engine.h"
#include "pki/object/object_sink.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/wire/json.h"

namespace pki {
namespace {

using google::protobuf::Message;
using Json = nlohmann::json;

// How the CA is that a request names: a root that has issued, with a policy, a
// permission, tags and an audit report.
enum class Given {
  kActive,
  kDisabled,
  kDeleted,
  kReporting,  // another audit report of it is being made
  kNoRoom,     // the host takes no objects
};

// An operation, and a request that it grants. $NAMES stand for what only the
// story knows.
struct Operation {
  absl::string_view name;
  absl::string_view request;
  Given good = Given::kActive;
  // In which state the operation is refused, and why; none for those that any
  // state allows.
  Given bad = Given::kDeleted;
  v1::Reason state = v1::REASON_UNSPECIFIED;
};
constexpr Operation kOperations[] = {
    {"CreateCertificateAuthority",
     R"({"CertificateAuthorityType": "ROOT",
         "CertificateAuthorityConfiguration": {
           "KeyAlgorithm": "EC_prime256v1",
           "SigningAlgorithm": "SHA256WITHECDSA",
           "Subject": {"CommonName": "Root"}}})"},
    {"CreateCertificateAuthorityAuditReport",
     R"({"CertificateAuthorityArn": "$CA", "S3BucketName": "bucket",
         "AuditReportResponseFormat": "JSON"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_REPORT},
    {"CreatePermission",
     R"({"CertificateAuthorityArn": "$CA", "Principal": "acm.amazonaws.com",
         "SourceAccount": "111122223333", "Actions": ["IssueCertificate"]})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"DeleteCertificateAuthority", R"({"CertificateAuthorityArn": "$CA"})",
     Given::kDisabled, Given::kActive, v1::REASON_STATE_DELETE},
    {"DeletePermission",
     R"({"CertificateAuthorityArn": "$CA", "Principal": "acm.amazonaws.com"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"DeletePolicy", R"({"ResourceArn": "$CA"})", Given::kActive,
     Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"DescribeCertificateAuthority", R"({"CertificateAuthorityArn": "$CA"})"},
    {"DescribeCertificateAuthorityAuditReport",
     R"({"CertificateAuthorityArn": "$CA", "AuditReportId": "$REPORT"})"},
    {"GetCertificate",
     R"({"CertificateAuthorityArn": "$CA", "CertificateArn": "$CERTIFICATE"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_GET_CERTIFICATE},
    {"GetCertificateAuthorityCertificate",
     R"({"CertificateAuthorityArn": "$CA"})", Given::kActive, Given::kDeleted,
     v1::REASON_STATE_CERTIFICATE},
    {"GetCertificateAuthorityCsr", R"({"CertificateAuthorityArn": "$CA"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_CSR},
    {"GetPolicy", R"({"ResourceArn": "$CA"})", Given::kActive, Given::kDeleted,
     v1::REASON_STATE_MANAGE},
    {"ImportCertificateAuthorityCertificate",
     R"({"CertificateAuthorityArn": "$CA", "Certificate": "$OWN"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_IMPORT},
    {"IssueCertificate",
     R"({"CertificateAuthorityArn": "$CA", "Csr": "$CSR",
         "SigningAlgorithm": "SHA256WITHECDSA",
         "Validity": {"Type": "DAYS", "Value": 30}})",
     Given::kActive, Given::kDisabled, v1::REASON_STATE_ISSUE},
    {"ListCertificateAuthorities", "{}"},
    {"ListPermissions", R"({"CertificateAuthorityArn": "$CA"})", Given::kActive,
     Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"ListTags", R"({"CertificateAuthorityArn": "$CA"})", Given::kActive,
     Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"PutPolicy", R"({"ResourceArn": "$CA", "Policy": "$POLICY"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"RestoreCertificateAuthority", R"({"CertificateAuthorityArn": "$CA"})",
     Given::kDeleted, Given::kActive, v1::REASON_STATE_RESTORE},
    {"RevokeCertificate",
     R"({"CertificateAuthorityArn": "$CA", "CertificateSerial": "$SERIAL",
         "RevocationReason": "SUPERSEDED"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_REVOKE},
    {"TagCertificateAuthority",
     R"({"CertificateAuthorityArn": "$CA", "Tags": [{"Key": "New"}]})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"UntagCertificateAuthority",
     R"({"CertificateAuthorityArn": "$CA", "Tags": [{"Key": "Old"}]})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_MANAGE},
    {"UpdateCertificateAuthority",
     R"({"CertificateAuthorityArn": "$CA", "Status": "DISABLED"})",
     Given::kActive, Given::kDeleted, v1::REASON_STATE_UPDATE},
};

// A refusal: what is different from the good request (RFC 7396), or nothing
// where the test mode refuses.
struct Provocation {
  absl::string_view operation;
  v1::Reason reason;
  absl::string_view field;
  absl::string_view change;
  std::optional<Given> given = std::nullopt;
};
// Those that the names of resources and the states of CAs do not provoke.
constexpr Provocation kProvocations[] = {
    {"CreateCertificateAuthority", v1::REASON_CA_SUBJECT,
     "Request.CertificateAuthorityConfiguration.Subject",
     R"({"CertificateAuthorityConfiguration":
         {"Subject": {"CommonName": null}}})"},
    {"CreateCertificateAuthority", v1::REASON_TAG_RESERVED,
     "Request.Tags[0].Key", R"({"Tags": [{"Key": "aws:x"}]})"},
    {"CreateCertificateAuthority", v1::REASON_INJECTED_INVALID_POLICY, "", ""},
    {"CreateCertificateAuthority", v1::REASON_INJECTED_LIMIT_EXCEEDED, "", ""},
    {"CreateCertificateAuthorityAuditReport", v1::REASON_REPORT_BUCKET,
     "Request.S3BucketName", R"({"S3BucketName": "No Bucket"})"},
    {"CreateCertificateAuthorityAuditReport", v1::REASON_REPORT_IN_PROGRESS,
     "Request.CertificateAuthorityArn", "{}", Given::kReporting},
    {"CreateCertificateAuthorityAuditReport", v1::REASON_OBJECT_CALLBACK, "",
     "{}", Given::kNoRoom},
    {"CreatePermission", v1::REASON_PERMISSION_EXISTS, "Request.Principal",
     R"({"SourceAccount": null})"},
    {"CreatePermission", v1::REASON_INJECTED_LIMIT_EXCEEDED, "", ""},
    {"CreatePermission", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"DeleteCertificateAuthority", v1::REASON_INJECTED_CONCURRENT_MODIFICATION,
     "", ""},
    {"DeletePermission", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"DeletePolicy", v1::REASON_INJECTED_CONCURRENT_MODIFICATION, "", ""},
    {"DeletePolicy", v1::REASON_INJECTED_LOCKOUT_PREVENTED, "", ""},
    {"DeletePolicy", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"DescribeCertificateAuthorityAuditReport",
     v1::REASON_INJECTED_INVALID_ARGS, "", ""},
    {"GetCertificate", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"GetCertificate", v1::REASON_INJECTED_REQUEST_IN_PROGRESS, "", ""},
    {"GetCertificateAuthorityCsr", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"GetCertificateAuthorityCsr", v1::REASON_INJECTED_REQUEST_IN_PROGRESS, "",
     ""},
    {"GetPolicy", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"ImportCertificateAuthorityCertificate", v1::REASON_IMPORT_KEY_MISMATCH,
     "Request.Certificate.subjectPublicKeyInfo", R"({"Certificate": "$LEAF"})"},
    {"ImportCertificateAuthorityCertificate", v1::REASON_CERTIFICATE_PEM,
     "Request.Certificate", R"({"Certificate": "bm8="})"},
    {"ImportCertificateAuthorityCertificate", v1::REASON_IMPORT_ROOT_CHAIN,
     "Request.CertificateChain", R"({"CertificateChain": "$OWN"})"},
    {"ImportCertificateAuthorityCertificate",
     v1::REASON_INJECTED_CONCURRENT_MODIFICATION, "", ""},
    {"ImportCertificateAuthorityCertificate",
     v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"ImportCertificateAuthorityCertificate",
     v1::REASON_INJECTED_REQUEST_IN_PROGRESS, "", ""},
    {"IssueCertificate", v1::REASON_SIGNING_ALGORITHM_MISMATCH,
     "Request.SigningAlgorithm", R"({"SigningAlgorithm": "SHA256WITHRSA"})"},
    {"IssueCertificate", v1::REASON_CSR_DER, "Csr.certificationRequestInfo",
     R"({"Csr": "MAA="})"},
    {"IssueCertificate", v1::REASON_INJECTED_LIMIT_EXCEEDED, "", ""},
    {"ListCertificateAuthorities", v1::REASON_NEXT_TOKEN, "Request.NextToken",
     R"({"NextToken": "abc"})"},
    {"ListPermissions", v1::REASON_NEXT_TOKEN, "Request.NextToken",
     R"({"NextToken": "abc"})"},
    {"ListPermissions", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"ListTags", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"PutPolicy", v1::REASON_POLICY_JSON, "Request.Policy",
     R"({"Policy": "no"})"},
    {"PutPolicy", v1::REASON_INJECTED_CONCURRENT_MODIFICATION, "", ""},
    {"PutPolicy", v1::REASON_INJECTED_LOCKOUT_PREVENTED, "", ""},
    {"PutPolicy", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"RevokeCertificate", v1::REASON_REVOKED_ALREADY,
     "Request.CertificateSerial", R"({"CertificateSerial": "$REVOKED"})"},
    {"RevokeCertificate", v1::REASON_SERIAL_FORM, "Request.CertificateSerial",
     R"({"CertificateSerial": "no serial"})"},
    {"RevokeCertificate", v1::REASON_INJECTED_CONCURRENT_MODIFICATION, "", ""},
    {"RevokeCertificate", v1::REASON_INJECTED_LIMIT_EXCEEDED, "", ""},
    {"RevokeCertificate", v1::REASON_INJECTED_REQUEST_FAILED, "", ""},
    {"RevokeCertificate", v1::REASON_INJECTED_REQUEST_IN_PROGRESS, "", ""},
    {"TagCertificateAuthority", v1::REASON_TAG_RESERVED, "Request.Tags[0].Key",
     R"({"Tags": [{"Key": "aws:x"}]})"},
    {"TagCertificateAuthority", v1::REASON_TAG_COUNT, "Request.Tags",
     R"({"Tags": $FIFTY_TAGS})"},
    // Whoever takes back a tag that is none has what he wants.
    {"UntagCertificateAuthority", v1::REASON_INJECTED_INVALID_TAG, "", ""},
    {"UpdateCertificateAuthority", v1::REASON_UPDATE_STATUS, "Request.Status",
     R"({"Status": "EXPIRED"})"},
    {"UpdateCertificateAuthority", v1::REASON_INJECTED_CONCURRENT_MODIFICATION,
     "", ""},
    {"UpdateCertificateAuthority", v1::REASON_INJECTED_INVALID_POLICY, "", ""},
};

// Which member names the CA; none for what names no CA.
absl::string_view ArnMember(const Operation& operation) {
  for (const absl::string_view member :
       {"CertificateAuthorityArn", "ResourceArn"}) {
    if (absl::StrContains(operation.request, member)) return member;
  }
  return "";
}

const Operation& Find(absl::string_view name) {
  for (const Operation& operation : kOperations) {
    if (operation.name == name) return operation;
  }
  ADD_FAILURE() << "no such operation: " << name;
  return kOperations[0];
}

// What happened before a request comes.
class Story {
 public:
  explicit Story(Given given) {
    ca_ = harness_.CreateRoot("Root").value();
    Put("$CA", ca_);
    Put("$CSR", absl::Base64Escape(csr_));
    const std::string leaf = Issue();
    Put("$CERTIFICATE", leaf);
    Put("$SERIAL", LastPart(leaf));
    Put("$LEAF", absl::Base64Escape(Fetch(leaf)));
    const std::string revoked = LastPart(Issue());
    Put("$REVOKED", revoked);
    Do("RevokeCertificate", Json{{"CertificateSerial", revoked},
                                 {"RevocationReason", "SUPERSEDED"}});
    Do("CreatePermission", Json{{"Principal", "acm.amazonaws.com"},
                                {"Actions", {"ListPermissions"}}});
    const std::string policy = PolicyForPrincipal(ca_, "777788889999");
    // The text of a string in JSON.
    const std::string quoted = Json(policy).dump();
    Put("$POLICY", quoted.substr(1, quoted.size() - 2));
    Do("PutPolicy", Json{{"Policy", policy}}, "ResourceArn");
    Do("TagCertificateAuthority", Json{{"Tags", {{{"Key", "Old"}}}}});
    v1::GetCertificateAuthorityCertificateRequest get;
    get.set_certificate_authority_arn(ca_);
    using Response = v1::GetCertificateAuthorityCertificateResponse;
    Put("$OWN",
        absl::Base64Escape(harness_.Call<Response>(get)->certificate()));
    Put("$REPORT", MakeReport());
    if (given == Given::kReporting) BeginReport();
    if (given == Given::kNoRoom) ports_.object_sink = std::make_shared<Full>();
    if (given != Given::kDisabled && given != Given::kDeleted) return;
    Do("UpdateCertificateAuthority", Json{{"Status", "DISABLED"}});
    if (given == Given::kDeleted) Do("DeleteCertificateAuthority", Json{});
  }

  // The names in their places.
  std::string Tell(absl::string_view text) const {
    return absl::StrReplaceAll(text, names_);
  }

  // Calls the operation of an engine, here or another on the same store.
  static absl::Status Call(Engine& engine, absl::string_view operation,
                           absl::string_view json, const Caller& caller = {}) {
    const OperationTypes types = TypesOf(operation).value();
    const std::unique_ptr<Message> request(types.request->New());
    const std::unique_ptr<Message> response(types.response->New());
    PKI_RETURN_IF_ERROR(ReadJson(json, request.get()));
    return engine.CallAs(caller, operation, *request, response.get());
  }

  EngineHarness& harness() { return harness_; }
  const Ports& ports() const { return ports_; }

 private:
  class Full : public ObjectSink {
   public:
    absl::Status Put(const ObjectReader& /*object*/) override {
      return Refuse(v1::REASON_OBJECT_CALLBACK, "", "There is no room.");
    }
  };

  void Put(absl::string_view name, std::string value) {
    names_.emplace_back(name, std::move(value));
  }
  void Do(absl::string_view operation, Json request,
          absl::string_view arn = "CertificateAuthorityArn") {
    request[std::string(arn)] = ca_;
    const absl::Status status =
        Call(harness_.engine(), operation, request.dump());
    EXPECT_THAT(status, IsOk()) << operation;
  }
  std::string Issue() {
    using Response = v1::IssueCertificateResponse;
    return harness_.Call<Response>(harness_.IssueRequest(ca_, View(csr_)))
        ->certificate_arn();
  }
  Bytes Fetch(const std::string& arn) {
    v1::GetCertificateRequest get;
    get.set_certificate_authority_arn(ca_);
    get.set_certificate_arn(arn);
    return harness_.Call<v1::GetCertificateResponse>(get)->certificate();
  }
  std::string MakeReport() {
    v1::CreateCertificateAuthorityAuditReportRequest request;
    request.set_certificate_authority_arn(ca_);
    request.set_s3_bucket_name("bucket");
    request.set_audit_report_response_format(
        v1::AUDIT_REPORT_RESPONSE_FORMAT_CSV);
    using Response = v1::CreateCertificateAuthorityAuditReportResponse;
    return harness_.Call<Response>(request)->audit_report_id();
  }
  // As another process would.
  void BeginReport() {
    v1::AuditReportRecord record;
    record.set_format(1);
    record.set_status(v1::AUDIT_REPORT_STATUS_CREATING);
    *record.mutable_renewed_at() = ToTimestamp(HarnessTime());
    WriteBatch batch;
    batch.puts.emplace_back(absl::StrCat("reporting/", LastPart(ca_)),
                            record.SerializeAsString());
    EXPECT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
  }
  static std::string LastPart(const std::string& arn) {
    return arn.substr(arn.rfind('/') + 1);
  }

  EngineHarness harness_;
  Ports ports_ = harness_.ports();
  std::string ca_;
  const Bytes csr_ =
      TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "device");
  std::vector<std::pair<std::string, std::string>> names_ = {
      {"$UNKNOWN",
       "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/"
       "99999999-9999-4999-8999-999999999999"},
      {"$TEMPLATE", "arn:aws:acm-pca:::template/EndEntityCertificate/V1"},
      {"$FIFTY_TAGS", FiftyTags()},
  };

  static std::string FiftyTags() {
    constexpr int kTags = 50;
    Json tags = Json::array();
    for (int i = 0; i < kTags; ++i) {
      tags.push_back({{"Key", absl::StrCat("key", i)}});
    }
    return tags.dump();
  }
};

bool IsInjected(v1::Reason reason) {
  return absl::StartsWith(v1::Reason_Name(reason), "REASON_INJECTED_");
}

// One refusal of one operation.
struct Case {
  absl::string_view operation;
  v1::Reason reason;
  std::string field;
  absl::string_view change;
  Given given;
  // What stands in the place of the CA's ARN.
  absl::string_view arn = "$CA";
};

std::string NameOf(const Case& test_case) {
  return absl::StrCat(test_case.operation, "_",
                      InfoOf(RuleOf(test_case.reason).code()).name());
}

// For gtest's list of cases.
void PrintTo(const Case& test_case, std::ostream* out) {
  *out << v1::Reason_Name(test_case.reason);
}

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const Operation& operation : kOperations) {
    const absl::string_view member = ArnMember(operation);
    if (member.empty()) continue;
    const std::string field = absl::StrCat("Request.", member);
    cases.push_back({operation.name, v1::REASON_CA_NOT_FOUND, field, "{}",
                     operation.good, "$UNKNOWN"});
    cases.push_back({operation.name, v1::REASON_ARN_MALFORMED, field, "{}",
                     operation.good, "$TEMPLATE"});
    if (operation.state == v1::REASON_UNSPECIFIED) continue;
    cases.push_back(
        {operation.name, operation.state, field, "{}", operation.bad});
  }
  for (const Provocation& each : kProvocations) {
    cases.push_back({each.operation, each.reason, std::string(each.field),
                     IsInjected(each.reason) ? "{}" : each.change,
                     each.given.value_or(Find(each.operation).good)});
  }
  return cases;
}

class DeclaredErrorsTest : public ::testing::TestWithParam<Case> {};

TEST_P(DeclaredErrorsTest, IsProvoked) {
  const Case& test_case = GetParam();
  Story story(test_case.given);
  v1::EngineConfiguration configuration;
  if (IsInjected(test_case.reason)) {
    v1::InjectedFailure& failure = *configuration.add_injected_failures();
    failure.set_operation(std::string(test_case.operation));
    failure.set_reason(test_case.reason);
  }
  const auto engine = Engine::New(configuration, story.ports());
  ASSERT_THAT(engine, IsOk());
  const auto before = story.harness().Stored();

  Json request = Json::parse(story.Tell(Find(test_case.operation).request));
  request.merge_patch(Json::parse(story.Tell(test_case.change)));
  const std::string json = absl::StrReplaceAll(
      request.dump(), {{story.Tell("$CA"), story.Tell(test_case.arn)}});
  EXPECT_THAT(Story::Call(**engine, test_case.operation, json),
              IsRefusal(test_case.reason, test_case.field));
  auto after = story.harness().Stored();
  // The first listing makes the key of page tokens.
  if (before.count("pagination") == 0) after.erase("pagination");
  EXPECT_EQ(after, before);
}

INSTANTIATE_TEST_SUITE_P(All, DeclaredErrorsTest,
                         ::testing::ValuesIn(AllCases()),
                         [](const ::testing::TestParamInfo<Case>& one) {
                           return NameOf(one.param);
                         });

class OperationTest : public ::testing::TestWithParam<Operation> {};

// Else a refusal would prove nothing.
TEST_P(OperationTest, GrantsTheGoodRequest) {
  Story story(GetParam().good);
  EXPECT_THAT(Story::Call(story.harness().engine(), GetParam().name,
                          story.Tell(GetParam().request)),
              IsOk());
}

// Common errors, which the model declares for none.
TEST_P(OperationTest, RefusesStrangersAndBadMembersAndTheBusy) {
  const Operation& operation = GetParam();
  Story story(operation.good);
  const std::string request = story.Tell(operation.request);
  Engine& engine = story.harness().engine();
  const absl::string_view member = ArnMember(operation);
  if (!member.empty()) {
    const Caller stranger{"999988887777", "", ""};
    EXPECT_THAT(Story::Call(engine, operation.name, request, stranger),
                IsRefusal(v1::REASON_ACCESS_DENIED));
    Json without = Json::parse(request);
    without.erase(std::string(member));
    EXPECT_THAT(
        Story::Call(engine, operation.name, without.dump()),
        IsRefusal(v1::REASON_FIELD_REQUIRED, absl::StrCat("Request.", member)));
  }
  v1::EngineConfiguration configuration;
  v1::InjectedFailure& failure = *configuration.add_injected_failures();
  failure.set_operation(std::string(operation.name));
  failure.set_reason(v1::REASON_INJECTED_THROTTLING);
  const auto busy = Engine::New(configuration, story.ports());
  ASSERT_THAT(busy, IsOk());
  EXPECT_THAT(Story::Call(**busy, operation.name, request),
              IsRefusal(v1::REASON_INJECTED_THROTTLING, ""));
  EXPECT_THAT(Story::Call(**busy, operation.name, request), IsOk());
}

INSTANTIATE_TEST_SUITE_P(All, OperationTest, ::testing::ValuesIn(kOperations),
                         [](const ::testing::TestParamInfo<Operation>& one) {
                           return std::string(one.param.name);
                         });

}  // namespace
}  // namespace pki
