// Audit reports: what is in them, who may have them, and what becomes of one
// whose maker dies.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/engine/engine.h"
#include "pki/object/object_key.h"
#include "pki/object/object_sink.h"
#include "pki/object/object_writer.h"
#include "pki/store/store.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/testing/threads.h"
#include "proto/store.pb.h"

namespace pki {
namespace {

using Create = v1::CreateCertificateAuthorityAuditReportRequest;
using Created = v1::CreateCertificateAuthorityAuditReportResponse;
using Describe = v1::DescribeCertificateAuthorityAuditReportRequest;
using Described = v1::DescribeCertificateAuthorityAuditReportResponse;
using Json = nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr char kCaField[] = "Request.CertificateAuthorityArn";
constexpr char kBucket[] = "reports";

std::string LastPart(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

class AuditReportsTest : public testing::Test {
 protected:
  AuditReportsTest() : root_(harness_.CreateRoot("Root").value()) {}

  std::string Issue(const std::string& ca, const std::string& name = "device",
                    const Caller& caller = {}) {
    const auto issued = harness_.CallAs<v1::IssueCertificateResponse>(
        caller, harness_.IssueRequest(ca, View(TestCsr(FixedKey(7), name))));
    EXPECT_THAT(issued, IsOk());
    return issued->certificate_arn();
  }

  static Create Request(const std::string& ca,
                        v1::AuditReportResponseFormat format =
                            v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON) {
    Create request;
    request.set_certificate_authority_arn(ca);
    request.set_s3_bucket_name(kBucket);
    request.set_audit_report_response_format(format);
    return request;
  }
  absl::StatusOr<Created> Report(const std::string& ca) {
    return harness_.Call<Created>(Request(ca));
  }
  absl::StatusOr<Described> DescribeReport(const std::string& ca,
                                           const std::string& id) {
    Describe request;
    request.set_certificate_authority_arn(ca);
    request.set_audit_report_id(id);
    return harness_.Call<Described>(request);
  }
  std::string Get(const std::string& key) {
    v1::GetObjectRequest request;
    request.set_bucket(kBucket);
    request.set_key(key);
    std::string content;
    while (true) {
      request.set_offset(static_cast<int64_t>(content.size()));
      const auto got = harness_.Call<v1::GetObjectResponse>(request);
      EXPECT_THAT(got, IsOk());
      if (!got.ok() || got->body().empty()) return content;
      content += got->body();
      request.set_content_id(got->content_id());
    }
  }
  Json Rows(const std::string& ca) {
    const auto report = Report(ca);
    EXPECT_THAT(report, IsOk());
    return Json::parse(Get(report->s3_key()));
  }

  // The keys of the records that reports leave.
  std::vector<std::string> Left() {
    std::vector<std::string> left;
    for (const auto& [key, value] : harness_.Stored()) {
      for (const char* kind : {"report/", "reporting/", "object/", "part/"}) {
        if (absl::StartsWith(key, kind)) left.push_back(key);
      }
    }
    return left;
  }

  // That each report that succeeded has its object of so many parts, and that
  // there is nothing else.
  void ExpectNothingUnfinished(int parts) {
    std::map<std::string, int> counts;
    for (const std::string& key : Left()) {
      ++counts[key.substr(0, key.find('/'))];
    }
    int succeeded = 0;
    for (const auto& [key, value] : harness_.Stored()) {
      if (!absl::StartsWith(key, "report/")) continue;
      v1::AuditReportRecord record;
      ASSERT_TRUE(record.ParseFromString(value));
      succeeded += record.status() == v1::AUDIT_REPORT_STATUS_SUCCESS;
    }
    EXPECT_EQ(counts["reporting"], 0);
    EXPECT_EQ(counts["object"], succeeded);
    EXPECT_EQ(counts["part"], parts * succeeded);
  }

  // A report whose maker has died, with the object and a part of another. Its
  // id.
  std::string LeaveDead() {
    std::string id = "11111111-2222-4333-8444-555555555555";
    const ObjectName name{
        kBucket,
        absl::StrCat("audit-report/", LastPart(root_), "/", id, ".json")};
    auto writer =
        ObjectWriter::New(&harness_.store(), harness_.entropy(), HarnessTime())
            .value();
    EXPECT_THAT(writer->Append(std::string(ObjectWriter::kPartSize + 1, 'x')),
                IsOk());
    EXPECT_THAT(writer->Publish(name, "", "", {}), IsOk());
    v1::AuditReportRecord record;
    record.set_format(1);
    record.set_status(v1::AUDIT_REPORT_STATUS_CREATING);
    record.set_bucket(name.bucket);
    record.set_key(name.key);
    record.set_content_id(writer->content_id());
    *record.mutable_created_at() = ToTimestamp(HarnessTime());
    *record.mutable_renewed_at() = ToTimestamp(HarnessTime());
    WriteBatch batch;
    batch.puts.emplace_back(absl::StrCat("reporting/", LastPart(root_)),
                            record.SerializeAsString());
    EXPECT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
    return id;
  }

  EngineHarness harness_;
  const std::string root_;
};

TEST_F(AuditReportsTest, HaveARowForEachCertificateThatTheCaIssued) {
  const std::string subordinate =
      harness_.CreateSubordinate(root_, "Subordinate").value();
  harness_.clock().Advance(absl::Seconds(1));
  const std::string device = Issue(subordinate);
  const Json of_root = Rows(root_);
  ASSERT_EQ(of_root.size(), 2u);  // its own, and the subordinate's
  EXPECT_EQ(of_root[0]["subject"], "CN=Root");
  EXPECT_EQ(of_root[1]["subject"], "CN=Subordinate");
  const Json of_subordinate = Rows(subordinate);
  ASSERT_EQ(of_subordinate.size(), 1u);
  EXPECT_EQ(of_subordinate[0]["certificateArn"], device);
  EXPECT_EQ(of_subordinate[0]["awsAccountId"], "000000000000");
  EXPECT_EQ(of_subordinate[0]["templateArn"],
            TemplateArnOf("EndEntityCertificate"));
  std::string serial = of_subordinate[0]["serial"];
  serial.erase(std::remove(serial.begin(), serial.end(), ':'), serial.end());
  EXPECT_EQ(serial, LastPart(device));
  EXPECT_EQ(of_subordinate[0].count("revokedAt"), 0u);
}

TEST_F(AuditReportsTest, SayWhatWasRevoked) {
  const std::string device = Issue(root_);
  v1::RevokeCertificateRequest revoke;
  revoke.set_certificate_authority_arn(root_);
  revoke.set_certificate_serial(LastPart(device));
  revoke.set_revocation_reason(v1::REVOCATION_REASON_SUPERSEDED);
  ASSERT_THAT(harness_.Call<v1::RevokeCertificateResponse>(revoke), IsOk());
  for (const Json& row : Rows(root_)) {
    EXPECT_EQ(row.value("revocationReason", ""),
              row["certificateArn"] == device ? "SUPERSEDED" : "");
    EXPECT_EQ(row.count("revokedAt"), row.count("revocationReason"));
  }
}

TEST_F(AuditReportsTest, SayWhoAskedForIt) {
  v1::CreatePermissionRequest permission;
  permission.set_certificate_authority_arn(root_);
  permission.set_principal("acm.amazonaws.com");
  permission.add_actions(v1::ACTION_TYPE_ISSUE_CERTIFICATE);
  ASSERT_THAT(harness_.Call<v1::CreatePermissionResponse>(permission), IsOk());
  v1::PutPolicyRequest policy;
  policy.set_resource_arn(root_);
  policy.set_policy(PolicyForPrincipal(root_, "777788889999"));
  ASSERT_THAT(harness_.Call<v1::PutPolicyResponse>(policy), IsOk());
  const std::string by_service =
      Issue(root_, "service", {"", "acm.amazonaws.com", ""});
  const std::string by_guest = Issue(root_, "guest", {"777788889999", "", ""});
  std::map<std::string, Json> rows;
  for (const Json& row : Rows(root_)) rows[row["certificateArn"]] = row;
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[by_service]["requestedByServicePrincipal"],
            "acm.amazonaws.com");
  EXPECT_EQ(rows[by_service]["awsAccountId"], "000000000000");
  EXPECT_EQ(rows[by_guest]["awsAccountId"], "777788889999");
  EXPECT_EQ(rows[by_guest].count("requestedByServicePrincipal"), 0u);
}

// What an engine has logged that did not know yet who called.
TEST_F(AuditReportsTest, NameTheOwnerWhereNobodyIsNamed) {
  for (const auto& [key, value] : harness_.Stored()) {
    if (!absl::StartsWith(key, "audit/")) continue;
    v1::AuditRecord record;
    ASSERT_TRUE(record.ParseFromString(value));
    record.clear_account();
    WriteBatch batch;
    batch.puts.emplace_back(key, record.SerializeAsString());
    ASSERT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
  }
  EXPECT_EQ(Rows(root_)[0]["awsAccountId"], "000000000000");
}

TEST_F(AuditReportsTest, AreObjectsThatAreDescribed) {
  for (const auto format : {v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON,
                            v1::AUDIT_REPORT_RESPONSE_FORMAT_CSV}) {
    const auto report = harness_.Call<Created>(Request(root_, format));
    ASSERT_THAT(report, IsOk());
    EXPECT_EQ(
        report->s3_key(),
        absl::StrCat("audit-report/", LastPart(root_), "/",
                     report->audit_report_id(),
                     format == v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON ? ".json"
                                                                     : ".csv"));
    EXPECT_THAT(Get(report->s3_key()),
                StartsWith(format == v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON
                               ? "[\n{\"awsAccountId\""
                               : "awsAccountId,"));
    const auto described = DescribeReport(root_, report->audit_report_id());
    ASSERT_THAT(described, IsOk());
    EXPECT_EQ(described->audit_report_status(),
              v1::AUDIT_REPORT_STATUS_SUCCESS);
    EXPECT_EQ(described->s3_bucket_name(), kBucket);
    EXPECT_EQ(described->s3_key(), report->s3_key());
    EXPECT_EQ(described->created_at().seconds(),
              absl::ToUnixSeconds(HarnessTime()));
  }
  EXPECT_THAT(DescribeReport(root_, "11111111-2222-4333-8444-555555555555"),
              IsRefusal(v1::REASON_REPORT_NOT_FOUND, "Request.AuditReportId"));
}

TEST_F(AuditReportsTest, AreOfCasThatLive) {
  const auto set = [this](v1::CertificateAuthorityStatus status) {
    harness_.ChangeCa(root_, [&](v1::CertificateAuthorityRecord& record) {
      record.set_status(status);
    });
  };
  set(v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED);
  EXPECT_THAT(Report(root_), IsOk());
  set(v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE);
  EXPECT_THAT(Report(root_), IsRefusal(v1::REASON_STATE_REPORT, kCaField));
}

TEST_F(AuditReportsTest, GoToBucketsThatS3Allows) {
  Create request = Request(root_);
  for (const char* name :
       {"abc", "a.b-c", "1ab", "192.168.5", "192.168.5.4a",
        "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"}) {
    request.set_s3_bucket_name(name);
    EXPECT_THAT(harness_.Call<Created>(request), IsOk()) << name;
  }
  for (const char* name :
       {"Abc", "a_b", "a/b", "-ab", "ab-", ".ab", "ab.", "a..b", "a b",
        "192.168.5.4", "xn--abc", "sthree-abc", "amzn-s3-demo-abc",
        "abc-s3alias", "abc--ol-s3", "abc.mrap", "abc--x-s3", "abc--table-s3",
        "caf\xc3\xa9"}) {
    request.set_s3_bucket_name(name);
    EXPECT_THAT(harness_.Call<Created>(request),
                IsRefusal(v1::REASON_REPORT_BUCKET, "Request.S3BucketName"))
        << name;
  }
  // The model's own limits.
  request.set_s3_bucket_name("ab");
  EXPECT_THAT(harness_.Call<Created>(request),
              IsRefusal(v1::REASON_FIELD_TOO_SHORT, "Request.S3BucketName"));
  request.set_s3_bucket_name(std::string(64, 'a'));
  EXPECT_THAT(harness_.Call<Created>(request),
              IsRefusal(v1::REASON_FIELD_TOO_LONG, "Request.S3BucketName"));
}

TEST_F(AuditReportsTest, AreTheOwnersAlone) {
  v1::PutPolicyRequest policy;
  policy.set_resource_arn(root_);
  policy.set_policy(PolicyForPrincipal(root_, "777788889999"));
  ASSERT_THAT(harness_.Call<v1::PutPolicyResponse>(policy), IsOk());
  v1::CreatePermissionRequest permission;
  permission.set_certificate_authority_arn(root_);
  permission.set_principal("acm.amazonaws.com");
  for (const auto action :
       {v1::ACTION_TYPE_ISSUE_CERTIFICATE, v1::ACTION_TYPE_GET_CERTIFICATE,
        v1::ACTION_TYPE_LIST_PERMISSIONS}) {
    permission.add_actions(action);
  }
  ASSERT_THAT(harness_.Call<v1::CreatePermissionResponse>(permission), IsOk());
  Describe describe;
  describe.set_certificate_authority_arn(root_);
  describe.set_audit_report_id(Report(root_)->audit_report_id());
  for (const Caller& caller :
       {Caller{"777788889999", "", ""}, Caller{"", "acm.amazonaws.com", ""}}) {
    EXPECT_THAT(harness_.CallAs<Created>(caller, Request(root_)),
                IsRefusal(v1::REASON_ACCESS_DENIED));
    EXPECT_THAT(harness_.CallAs<Described>(caller, describe),
                IsRefusal(v1::REASON_ACCESS_DENIED));
  }
}

TEST_F(AuditReportsTest, AreMadeOneAtATime) {
  const std::string id = LeaveDead();
  EXPECT_THAT(Report(root_),
              IsRefusal(v1::REASON_REPORT_IN_PROGRESS, kCaField));
  EXPECT_EQ(DescribeReport(root_, id)->audit_report_status(),
            v1::AUDIT_REPORT_STATUS_CREATING);
  const std::string other = harness_.CreateRoot("Other").value();
  EXPECT_THAT(Report(other), IsOk());
}

TEST_F(AuditReportsTest, WhoseMakerDiedHaveFailedAndMakeWay) {
  const std::string id = LeaveDead();
  harness_.clock().Advance(absl::Minutes(5));
  EXPECT_THAT(Report(root_), IsRefusal(v1::REASON_REPORT_IN_PROGRESS));
  harness_.clock().Advance(absl::Milliseconds(1));
  EXPECT_EQ(DescribeReport(root_, id)->audit_report_status(),
            v1::AUDIT_REPORT_STATUS_FAILED);
  const auto report = Report(root_);
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(DescribeReport(root_, id)->audit_report_status(),
            v1::AUDIT_REPORT_STATUS_FAILED);
  EXPECT_EQ(
      DescribeReport(root_, report->audit_report_id())->audit_report_status(),
      v1::AUDIT_REPORT_STATUS_SUCCESS);
  // Its object and its parts are gone: two records of reports, an object of one
  // part.
  EXPECT_THAT(Left(), SizeIs(4));
}

// Whatever call of the store fails, nothing is left of the report.
TEST_F(AuditReportsTest, FailWholly) {
  for (int nth = 1;; ++nth) {
    ASSERT_LT(nth, 200);
    harness_.store().FailAt(nth);
    const auto report = Report(root_);
    harness_.store().FailAt(0);
    if (report.ok()) break;
    EXPECT_THAT(report, IsRefusal(v1::REASON_STORE_FAILED));
    EXPECT_THAT(Left(), IsEmpty()) << nth;
  }
  EXPECT_THAT(Left(), SizeIs(3));
}

TEST_F(AuditReportsTest, AreNoLessThereWhenTheAnswerOfACommitIsLost) {
  // The last commit of the three that make one.
  Ports ports = harness_.ports();
  const auto interrupted = std::make_shared<InterruptedStore>(ports.store);
  ports.store = interrupted;
  const auto engine = Engine::New({}, ports).value();
  int commits = 0;
  std::function<void()> count = [&] {
    if (++commits == 3) harness_.store().LoseAnswers(1);
    interrupted->before_commit = count;
  };
  interrupted->before_commit = count;
  Created response;
  EXPECT_THAT(engine->Call("CreateCertificateAuthorityAuditReport",
                           Request(root_), &response),
              IsRefusal(v1::REASON_STORE_FAILED));
  const std::vector<std::string> left = Left();
  ASSERT_THAT(left, SizeIs(3));
  EXPECT_EQ(DescribeReport(root_, LastPart(left.back()))->audit_report_status(),
            v1::AUDIT_REPORT_STATUS_SUCCESS);
}

// A process that dies at its nth commit: it commits nothing any more, and says
// nothing.
class DyingStore : public Store {
 public:
  DyingStore(std::shared_ptr<Store> store, int nth, bool committed)
      : store_(std::move(store)), left_(nth), committed_(committed) {}

  absl::StatusOr<std::optional<Entry>> Get(absl::string_view key) override {
    if (is_dead()) return Dead();
    return store_->Get(key);
  }
  absl::StatusOr<std::vector<Entry>> Scan(const KeyRange& range,
                                          size_t limit) override {
    if (is_dead()) return Dead();
    return store_->Scan(range, limit);
  }
  absl::Status Commit(WriteBatch batch) override {
    if (is_dead() || (--left_ == 0 && !committed_)) return Dead();
    PKI_RETURN_IF_ERROR(store_->Commit(std::move(batch)));
    return is_dead() ? Dead() : absl::OkStatus();
  }
  bool is_dead() const { return left_ <= 0; }

 private:
  static absl::Status Dead() {
    return Refuse(v1::REASON_STORE_FAILED, "", "the test has ended this");
  }

  const std::shared_ptr<Store> store_;
  int left_;
  // Whether the last commit takes place.
  const bool committed_;
};

TEST_F(AuditReportsTest, WhoseMakerDiesAtAnyCommitHinderNobodyForLong) {
  // Long ones, so that a few hundred take two parts.
  constexpr int kMany = 300;
  constexpr size_t kLong = 2000;
  WriteBatch batch;
  for (const auto& [key, value] : harness_.Stored()) {
    const bool is_certificate = absl::StartsWith(key, "cert/");
    if (!is_certificate && !absl::StartsWith(key, "audit/")) continue;
    if (absl::EndsWith(key, "/csr")) continue;
    Bytes copy = value;
    if (is_certificate) {
      v1::CertificateRecord record;
      ASSERT_TRUE(record.ParseFromString(value));
      record.set_template_arn(std::string(kLong, 't'));
      copy = record.SerializeAsString();
    }
    for (int i = 0; i < kMany; ++i) {
      const std::string serial = absl::StrCat(absl::Hex(i, absl::kZeroPad16));
      batch.puts.emplace_back(
          absl::StrCat(key.substr(0, key.size() - serial.size()), serial),
          copy);
    }
  }
  ASSERT_THAT(harness_.store().Commit(std::move(batch)), IsOk());
  for (const bool committed : {false, true}) {
    for (int nth = 1;; ++nth) {
      SCOPED_TRACE(absl::StrCat(nth, committed ? " with it" : " without it"));
      Ports ports = harness_.ports();
      const auto dying =
          std::make_shared<DyingStore>(ports.store, nth, committed);
      ports.store = dying;
      const auto engine = Engine::New({}, ports).value();
      Created response;
      const absl::Status status = engine->Call(
          "CreateCertificateAuthorityAuditReport", Request(root_), &response);
      if (!dying->is_dead()) {
        // Begun, a part put, published, finished.
        EXPECT_EQ(nth, 5);
        EXPECT_THAT(status, IsOk());
        break;
      }
      EXPECT_THAT(status, IsRefusal(v1::REASON_STORE_FAILED));
      harness_.clock().Advance(absl::Minutes(6));
      EXPECT_EQ(Rows(root_).size(), kMany + 1u);
    }
  }
  // Every part is one of an object, and every object one of a report.
  ASSERT_THAT(DeleteUnreachable(harness_.store(),
                                *harness_.clock().Now() + absl::Hours(1)),
              IsOk());
  ExpectNothingUnfinished(2);
}

// A maker that slept for long, or whose clock is slow.
TEST_F(AuditReportsTest, TakenForDeadAreGivenUp) {
  Ports ports = harness_.ports();
  const auto interrupted = std::make_shared<InterruptedStore>(ports.store);
  ports.store = interrupted;
  const auto engine = Engine::New({}, ports).value();
  const absl::Time start = *harness_.clock().Now();
  for (int nth = 4;; ++nth) {
    harness_.clock().Set(start);
    absl::StatusOr<Created> other;
    interrupted->InterruptAt(nth, [&] {
      harness_.clock().Set(start + absl::Minutes(6));
      other = Report(root_);
    });
    Created response;
    const absl::Status status = engine->Call(
        "CreateCertificateAuthorityAuditReport", Request(root_), &response);
    if (!interrupted->was_interrupted()) break;
    ASSERT_THAT(other, IsOk()) << nth;
    EXPECT_THAT(Get(other->s3_key()), StartsWith("["));
    if (!status.ok()) {
      EXPECT_THAT(status, IsRefusal(v1::REASON_REPORT_IN_PROGRESS)) << nth;
    }
    EXPECT_EQ(
        DescribeReport(root_, other->audit_report_id())->audit_report_status(),
        v1::AUDIT_REPORT_STATUS_SUCCESS);
    ExpectNothingUnfinished(1);
  }
}

TEST_F(AuditReportsTest, OfManyThreadsAreMadeOneAtATime) {
  std::atomic<int> made{0};
  Threads(4).ForEach(40, [&](size_t) {
    const auto report = Report(root_);
    if (report.ok()) {
      ++made;
    } else {
      EXPECT_THAT(report, IsRefusal(v1::REASON_REPORT_IN_PROGRESS));
    }
  });
  EXPECT_GT(made, 0);
  EXPECT_THAT(Left(), SizeIs(3 * made));
  ExpectNothingUnfinished(1);
}

// The host's.
// Also through an engine whose own account is another.
TEST_F(AuditReportsTest, AreReadByTheOwnerOfTheCa) {
  const auto report = Report(root_);
  ASSERT_THAT(report, IsOk());
  v1::EngineConfiguration configuration;
  configuration.set_account_id("777788889999");
  const auto engine = Engine::New(configuration, harness_.ports()).value();
  v1::GetObjectRequest request;
  request.set_bucket(kBucket);
  request.set_key(report->s3_key());
  v1::GetObjectResponse response;
  EXPECT_THAT(
      engine->CallAs({"000000000000", "", ""}, "GetObject", request, &response),
      IsOk());
  EXPECT_EQ(response.body(), Get(report->s3_key()));
  EXPECT_THAT(
      engine->CallAs({"555566667777", "", ""}, "GetObject", request, &response),
      IsRefusal(v1::REASON_OBJECT_NOT_FOUND));
}

class Sink : public ObjectSink {
 public:
  absl::Status Put(const ObjectReader& object) override {
    if (!refusal.ok()) return refusal;
    PKI_ASSIGN_OR_RETURN(objects[object.name().key], object.Read(0, SIZE_MAX));
    return absl::OkStatus();
  }
  absl::Status refusal;
  std::map<std::string, Bytes> objects;
};

TEST_F(AuditReportsTest, GoToTheHostThatWantsThem) {
  Ports ports = harness_.ports();
  const auto sink = std::make_shared<Sink>();
  ports.object_sink = sink;
  const auto engine = Engine::New({}, ports).value();
  Created response;
  ASSERT_THAT(engine->Call("CreateCertificateAuthorityAuditReport",
                           Request(root_), &response),
              IsOk());
  EXPECT_EQ(sink->objects[response.s3_key()], Get(response.s3_key()));
  const size_t left = Left().size();
  sink->refusal = Refuse(v1::REASON_OBJECT_CALLBACK, "", "no");
  EXPECT_THAT(engine->Call("CreateCertificateAuthorityAuditReport",
                           Request(root_), &response),
              IsRefusal(v1::REASON_OBJECT_CALLBACK));
  EXPECT_THAT(Left(), SizeIs(left));
}

}  // namespace
}  // namespace pki
