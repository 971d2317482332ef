// What is asked for of CRLs.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "pki/base/status.h"
#include "pki/engine/crl.h"
#include "pki/engine/operations.h"
#include "pki/engine/records.h"
#include "pki/object/object_reader.h"

namespace pki {
namespace {

constexpr absl::string_view kPartitionField = "Request.Partition";

absl::Status NotFound(absl::string_view field, absl::string_view why) {
  return Refuse(v1::REASON_CRL_NOT_FOUND, field, why);
}

absl::StatusOr<CrlScope> FindScope(
    const Ca& ca, const v1::GetCertificateRevocationListRequest& request) {
  if (!request.has_partition()) return CrlScope();
  const auto& ids = ca.record.crl_partitions();
  const auto found = std::find(ids.begin(), ids.end(), request.partition());
  if (found == ids.end()) {
    return NotFound(kPartitionField,
                    absl::StrCat("There is no partition ",
                                 Quote(request.partition()), "."));
  }
  return CrlScope{1 + static_cast<size_t>(found - ids.begin()), *found};
}

// The content of the last CRL. REASON_OBJECT_CHANGED when there is another one
// by now.
absl::Status Read(Context& context, const Ca& ca, const CrlScope& scope,
                  v1::GetCertificateRevocationListResponse* response) {
  const std::string key = CrlKey(ca.arn.id, scope.partition);
  PKI_ASSIGN_OR_RETURN(const auto crl,
                       ReadRecord<v1::CrlRecord>(context.store(), key));
  if (!crl.has_value()) {
    return NotFound(scope.partition == 0 ? kCaField : kPartitionField,
                    "No such certificate revocation list was made yet.");
  }
  PKI_ASSIGN_OR_RETURN(
      const ObjectReader object,
      ObjectReader::Open(&context.store(),
                         {crl->record.bucket(), crl->record.key()}));
  PKI_ASSIGN_OR_RETURN(*response->mutable_certificate_revocation_list(),
                       object.Read(0, object.record().size()));
  PKI_ASSIGN_OR_RETURN(const auto again, context.store().Get(key));
  if (!again.has_value() || again->version != crl->version) {
    return Refuse(v1::REASON_OBJECT_CHANGED, kCaField,
                  "A new certificate revocation list was made meanwhile; try "
                  "again.");
  }
  *response->mutable_crl() = SummaryOf(scope, crl->record);
  return absl::OkStatus();
}

// The CRL at the URI, if everybody may read it.
absl::StatusOr<std::optional<v1::CrlSummary>> FindPublic(
    Context& context, const std::string& uri) {
  const std::string key = CrlUriKey(uri);
  PKI_ASSIGN_OR_RETURN(const auto whose,
                       ReadRecord<v1::CrlUriRecord>(context.store(), key));
  if (!whose.has_value()) return std::nullopt;
  const std::string& ca_id = whose->record.ca_id();
  const size_t partition = whose->record.partition();
  PKI_ASSIGN_OR_RETURN(auto stored,
                       ReadRecord<CaRecord>(context.store(), CaKey(ca_id)));
  PKI_ASSIGN_OR_RETURN(
      const auto crl,
      ReadRecord<v1::CrlRecord>(context.store(), CrlKey(ca_id, partition)));
  if (!stored.has_value() || !crl.has_value()) return std::nullopt;
  PKI_ASSIGN_OR_RETURN(
      const Ca ca, Context::ToCa(std::move(stored->record), stored->version));
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  if (partition > static_cast<size_t>(ca.record.crl_partitions_size())) {
    return DamagedRecord(key);
  }
  const v1::CrlConfiguration& configuration =
      ca.record.revocation().crl_configuration();
  if (ca.IsGone(now) || !configuration.enabled() ||
      configuration.s3_object_acl() ==
          v1::S3_OBJECT_ACL_BUCKET_OWNER_FULL_CONTROL) {
    return std::nullopt;
  }
  return SummaryOf(ScopeOf(ca, partition), crl->record);
}

}  // namespace

absl::Status GenerateCertificateRevocationList(
    Context& context,
    const v1::GenerateCertificateRevocationListRequest& request,
    v1::GenerateCertificateRevocationListResponse* response) {
  const std::string& arn = request.certificate_authority_arn();
  PKI_ASSIGN_OR_RETURN(const Ca ca, context.ReadCa(arn));
  std::vector<CrlScope> scopes = CrlScopesOf(ca);
  // To be told what is wrong with it.
  if (scopes.empty()) scopes.emplace_back();
  // One that fails does not keep the others from being made.
  absl::Status first_failure;
  for (const CrlScope& scope : scopes) {
    const auto updated = UpdateCrl(context, arn, scope, CrlWish::kNow);
    first_failure.Update(updated.status());
    if (updated.ok()) {
      *response->add_crls() = SummaryOf(scope, updated->record);
    }
  }
  return first_failure;
}

absl::Status GetCertificateRevocationList(
    Context& context, const v1::GetCertificateRevocationListRequest& request,
    v1::GetCertificateRevocationListResponse* response) {
  PKI_ASSIGN_OR_RETURN(const Ca ca,
                       context.ReadCa(request.certificate_authority_arn()));
  PKI_ASSIGN_OR_RETURN(const CrlScope scope, FindScope(ca, request));
  absl::Status status;
  for (int i = 0; i < kMaxAttempts; ++i) {
    status = Read(context, ca, scope, response);
    if (ReasonOf(status) != v1::REASON_OBJECT_CHANGED) break;
  }
  return status;
}

absl::Status FindCertificateRevocationList(
    Context& context, const v1::FindCertificateRevocationListRequest& request,
    v1::FindCertificateRevocationListResponse* response) {
  PKI_ASSIGN_OR_RETURN(const auto found, FindPublic(context, request.uri()));
  if (!found.has_value()) {
    return NotFound("Request.Uri",
                    absl::StrCat("There is no certificate revocation list for "
                                 "everybody at ",
                                 Quote(request.uri()), "."));
  }
  *response->mutable_crl() = *found;
  return absl::OkStatus();
}

}  // namespace pki
