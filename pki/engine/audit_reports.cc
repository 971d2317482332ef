// CreateCertificateAuthorityAuditReport and
// DescribeCertificateAuthorityAuditReport.
//
// The record of the report that is being made excludes a second one. Its maker
// renews it; one that was not renewed for long has lost its maker: it shows as
// FAILED, and makes way for the next.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pki/audit/report.h"
#include "pki/base/status.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/operations.h"
#include "pki/object/object_sink.h"
#include "pki/object/object_writer.h"
#include "pki/store/scan_pages.h"

namespace pki {
namespace {

using ReportRecord = v1::AuditReportRecord;

constexpr absl::Duration kRenewal = absl::Seconds(10);
constexpr absl::Duration kDeadAfter = absl::Minutes(5);
// How many entries of the audit log are read at a time.
constexpr size_t kPage = 500;

// Amazon S3 User Guide: general purpose bucket naming rules.
constexpr absl::string_view kBucketField = "Request.S3BucketName";
constexpr absl::string_view kBucketPrefixes[] = {"xn--", "sthree-",
                                                 "amzn-s3-demo-"};
constexpr absl::string_view kBucketSuffixes[] = {"-s3alias", "--ol-s3", ".mrap",
                                                 "--x-s3", "--table-s3"};
constexpr size_t kMinBucket = 3;
constexpr size_t kMaxBucket = 63;

bool IsIpv4(absl::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 3 &&
         text.find_first_not_of("0123456789.") == text.npos;
}

bool IsBucketName(absl::string_view name) {
  const auto is_alphanumeric = [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c);
  };
  return name.size() >= kMinBucket && name.size() <= kMaxBucket &&
         std::all_of(name.begin(), name.end(),
                     [&](unsigned char c) {
                       return is_alphanumeric(c) || c == '-' || c == '.';
                     }) &&
         is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
         !absl::StrContains(name, "..") && !IsIpv4(name) &&
         std::none_of(std::begin(kBucketPrefixes), std::end(kBucketPrefixes),
                      [&](absl::string_view prefix) {
                        return absl::StartsWith(name, prefix);
                      }) &&
         std::none_of(std::begin(kBucketSuffixes), std::end(kBucketSuffixes),
                      [&](absl::string_view suffix) {
                        return absl::EndsWith(name, suffix);
                      });
}

absl::Status CheckBucket(absl::string_view name) {
  if (IsBucketName(name)) return absl::OkStatus();
  return Refuse(
      v1::REASON_REPORT_BUCKET, kBucketField,
      absl::StrCat(Quote(name),
                   " is no name of a bucket: it has 3 to 63 lower-case "
                   "letters, digits, hyphens and single dots, begins and ends "
                   "with a letter or a digit, is no IP address, and has none "
                   "of the beginnings and ends that S3 reserves."));
}

// "audit-report/CA/UUID.json"; without the suffix, the beginning of it.
std::string S3Key(absl::string_view ca_id, absl::string_view report_id,
                  absl::string_view suffix = "") {
  return absl::StrCat("audit-report/", ca_id, "/", report_id, ".", suffix);
}

// The UUID in such a key.
absl::string_view ReportIdOf(absl::string_view s3_key) {
  const size_t begin = s3_key.rfind('/') + 1;
  return s3_key.substr(begin, s3_key.rfind('.') - begin);
}

ObjectName ObjectOf(const ReportRecord& record) {
  return {record.bucket(), record.key()};
}

bool HasLostItsMaker(const ReportRecord& record, absl::Time now) {
  return now - FromTimestamp(record.renewed_at()) > kDeadAfter;
}

absl::Status InProgress(absl::string_view ca_arn) {
  return Refuse(v1::REASON_REPORT_IN_PROGRESS, kCaField,
                absl::StrCat("Another audit report of ", ca_arn,
                             " is being made; try again when it is done."));
}

// Makes one report: Begin(), Write(), and then Finish() or Abandon().
class Maker {
 public:
  Maker(Context& context, const Ca& ca, v1::AuditReportResponseFormat format)
      : context_(context),
        ca_(ca),
        key_(ReportingKey(ca.arn.id)),
        text_(format) {}

  const ReportRecord& record() const { return record_; }

  // From here on nobody else makes one of this CA. REASON_STORE_PRECONDITION
  // when somebody was faster.
  absl::Status Begin(absl::string_view bucket, absl::Time now);
  // Puts the object into the store, and into the host's hands.
  absl::Status Write();
  absl::Status Finish();
  // Takes it back, as far as the store lets it. A copy that the host was given
  // stays: nothing refers to it.
  void Abandon();

 private:
  // That the report is still this maker's. REASON_REPORT_IN_PROGRESS when it
  // was taken for dead, and another has begun.
  absl::StatusOr<Precondition> StillMine();
  absl::Status Renew();
  absl::Status WriteRow(const Entry& entry);

  Context& context_;
  const Ca& ca_;
  const std::string key_;
  ReportText text_;
  ReportRecord record_;
  std::unique_ptr<ObjectWriter> writer_;
};

absl::Status Maker::Begin(absl::string_view bucket, absl::Time now) {
  PKI_ASSIGN_OR_RETURN(const auto before,
                       ReadRecord<ReportRecord>(context_.store(), key_));
  WriteBatch batch;
  Precondition unchanged{key_, std::nullopt};
  if (before.has_value()) {
    if (!HasLostItsMaker(before->record, now)) {
      return InProgress(ca_.record.arn());
    }
    unchanged.version = before->version;
    ReportRecord failed = before->record;
    failed.set_status(v1::AUDIT_REPORT_STATUS_FAILED);
    batch.puts.emplace_back(ReportKey(ca_.arn.id, ReportIdOf(failed.key())),
                            failed.SerializeAsString());
  }
  PKI_ASSIGN_OR_RETURN(const std::string id, NewUuid(context_.entropy()));
  PKI_ASSIGN_OR_RETURN(
      writer_, ObjectWriter::New(&context_.store(), context_.entropy(), now));
  record_.set_format(kRecordFormat);
  record_.set_status(v1::AUDIT_REPORT_STATUS_CREATING);
  record_.set_bucket(std::string(bucket));
  record_.set_key(S3Key(ca_.arn.id, id, text_.suffix()));
  *record_.mutable_created_at() = ToTimestamp(now);
  *record_.mutable_renewed_at() = ToTimestamp(now);
  record_.set_content_id(writer_->content_id());
  batch.preconditions.push_back(std::move(unchanged));
  batch.preconditions.push_back({CaKey(ca_.arn.id), ca_.version});
  batch.puts.emplace_back(key_, record_.SerializeAsString());
  PKI_RETURN_IF_ERROR(context_.store().Commit(std::move(batch)));
  if (before.has_value()) {
    // What it left behind does no harm.
    const ReportRecord& failed = before->record;
    DeleteObject(context_.store(), ObjectOf(failed), failed.content_id())
        .IgnoreError();
    DiscardDraft(context_.store(), failed.content_id()).IgnoreError();
  }
  return absl::OkStatus();
}

absl::StatusOr<Precondition> Maker::StillMine() {
  PKI_ASSIGN_OR_RETURN(const auto stored,
                       ReadRecord<ReportRecord>(context_.store(), key_));
  if (!stored.has_value() ||
      stored->record.content_id() != record_.content_id()) {
    return InProgress(ca_.record.arn());
  }
  return Precondition{key_, stored->version};
}

absl::Status Maker::Renew() {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context_.Now());
  if (now - FromTimestamp(record_.renewed_at()) < kRenewal) {
    return absl::OkStatus();
  }
  *record_.mutable_renewed_at() = ToTimestamp(now);
  WriteBatch batch;
  PKI_ASSIGN_OR_RETURN(batch.preconditions.emplace_back(), StillMine());
  batch.puts.emplace_back(key_, record_.SerializeAsString());
  return context_.store().Commit(std::move(batch));
}

absl::Status Maker::WriteRow(const Entry& entry) {
  PKI_ASSIGN_OR_RETURN(auto audit, ToRecord<v1::AuditRecord>(entry));
  if (audit.record.event() != v1::AUDIT_EVENT_CERTIFICATE) {
    return absl::OkStatus();
  }
  const std::string serial = entry.key.substr(entry.key.rfind('/') + 1);
  const std::string key = CertificateKey(ca_.arn.id, serial);
  PKI_ASSIGN_OR_RETURN(auto certificate, ReadRecord<v1::CertificateRecord>(
                                             context_.store(), key));
  if (!certificate.has_value()) return DamagedRecord(key);
  PKI_ASSIGN_OR_RETURN(auto revocation, ReadRecord<v1::RevocationRecord>(
                                            context_.store(),
                                            RevocationKey(ca_.arn.id, serial)));
  ReportedCertificate reported;
  reported.arn = absl::StrCat(ca_.record.arn(), "/certificate/", serial);
  reported.audit = std::move(audit.record);
  // An engine that did not know yet who called.
  if (reported.audit.account().empty()) {
    reported.audit.set_account(ca_.record.owner_account());
  }
  reported.certificate = std::move(certificate->record);
  if (revocation.has_value()) {
    reported.revocation = std::move(revocation->record);
  }
  PKI_ASSIGN_OR_RETURN(const std::string row, text_.Row(reported));
  return writer_->Append(row);
}

absl::Status Maker::Write() {
  PKI_RETURN_IF_ERROR(writer_->Append(text_.Head()));
  const auto write_rows = [&](const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) PKI_RETURN_IF_ERROR(WriteRow(entry));
    return Renew();
  };
  PKI_RETURN_IF_ERROR(ScanPages(
      context_.store(), KeysUnder(AuditPrefix(ca_.arn.id)), kPage, write_rows));
  PKI_RETURN_IF_ERROR(writer_->Append(text_.Tail()));
  WriteBatch batch;
  PKI_ASSIGN_OR_RETURN(batch.preconditions.emplace_back(), StillMine());
  PKI_RETURN_IF_ERROR(writer_->Publish(ObjectOf(record_),
                                       ca_.record.owner_account(),
                                       text_.content_type(), std::move(batch)));
  return CopyObject(&context_.store(), ObjectOf(record_),
                    context_.object_sink());
}

absl::Status Maker::Finish() {
  record_.set_status(v1::AUDIT_REPORT_STATUS_SUCCESS);
  WriteBatch batch;
  PKI_ASSIGN_OR_RETURN(batch.preconditions.emplace_back(), StillMine());
  batch.deletes.push_back(key_);
  batch.puts.emplace_back(ReportKey(ca_.arn.id, ReportIdOf(record_.key())),
                          record_.SerializeAsString());
  return context_.store().Commit(std::move(batch));
}

void Maker::Abandon() {
  const auto mine = StillMine();
  // It was finished after all, or somebody else clears it away.
  if (!mine.ok()) return;
  WriteBatch batch;
  batch.preconditions.push_back(*mine);
  batch.deletes.push_back(key_);
  if (!context_.store().Commit(std::move(batch)).ok()) return;
  DeleteObject(context_.store(), ObjectOf(record_), record_.content_id())
      .IgnoreError();
}

}  // namespace

absl::Status CreateCertificateAuthorityAuditReport(
    Context& context,
    const v1::CreateCertificateAuthorityAuditReportRequest& request,
    v1::CreateCertificateAuthorityAuditReportResponse* response) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  Ca ca;
  std::optional<Maker> maker;
  const auto begin = [&]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(
        ca, context.ReadCaFor(request.certificate_authority_arn(), now,
                              CaUse::kReport));
    PKI_RETURN_IF_ERROR(CheckBucket(request.s3_bucket_name()));
    maker.emplace(context, ca, request.audit_report_response_format());
    return maker->Begin(request.s3_bucket_name(), now);
  };
  PKI_RETURN_IF_ERROR(Retry(begin));
  absl::Status made = maker->Write();
  if (made.ok()) made = maker->Finish();
  if (!made.ok()) {
    maker->Abandon();
    // Between a look and a commit somebody else took it for dead.
    if (ReasonOf(made) == v1::REASON_STORE_PRECONDITION) {
      return InProgress(ca.record.arn());
    }
    return made;
  }
  response->set_audit_report_id(std::string(ReportIdOf(maker->record().key())));
  response->set_s3_key(maker->record().key());
  return absl::OkStatus();
}

absl::Status DescribeCertificateAuthorityAuditReport(
    Context& context,
    const v1::DescribeCertificateAuthorityAuditReportRequest& request,
    v1::DescribeCertificateAuthorityAuditReportResponse* response) {
  const std::string& id = request.audit_report_id();
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       context.ReadCa(request.certificate_authority_arn()));
  // In this order: it goes from the one place to the other.
  PKI_ASSIGN_OR_RETURN(
      auto stored,
      ReadRecord<ReportRecord>(context.store(), ReportingKey(ca.arn.id)));
  if (!stored.has_value() || ReportIdOf(stored->record.key()) != id) {
    PKI_ASSIGN_OR_RETURN(
        stored,
        ReadRecord<ReportRecord>(context.store(), ReportKey(ca.arn.id, id)));
  }
  if (!stored.has_value()) {
    return Refuse(
        v1::REASON_REPORT_NOT_FOUND, "Request.AuditReportId",
        absl::StrCat("This certificate authority has no audit report ",
                     Quote(id), "."));
  }
  const ReportRecord& record = stored->record;
  const bool has_failed = record.status() == v1::AUDIT_REPORT_STATUS_CREATING &&
                          HasLostItsMaker(record, now);
  response->set_audit_report_status(has_failed ? v1::AUDIT_REPORT_STATUS_FAILED
                                               : record.status());
  response->set_s3_bucket_name(record.bucket());
  response->set_s3_key(record.key());
  *response->mutable_created_at() = record.created_at();
  return absl::OkStatus();
}

}  // namespace pki
