// The operations. A request has passed the validator, and its caller has been
// authorized (engine.cc), when it comes here.
//
// Their errors are those that the service's model declares for them, each with
// what causes it here in declared_errors_test.cc; and everywhere LOST_RACE and
// what the ports fail with. The operations that the service has not are refused
// for the same reasons, or as they say.
#ifndef PKI_ENGINE_OPERATIONS_H_
#define PKI_ENGINE_OPERATIONS_H_

#include "absl/status/status.h"
#include "pki/engine/context.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {

// The operations of the service.

absl::Status CreateCertificateAuthority(
    Context& context, const v1::CreateCertificateAuthorityRequest& request,
    v1::CreateCertificateAuthorityResponse* response);

// Two at a time for one CA are not made. It takes the memory of a page of
// records and a part of the report, whatever the CA has issued.
absl::Status CreateCertificateAuthorityAuditReport(
    Context& context,
    const v1::CreateCertificateAuthorityAuditReportRequest& request,
    v1::CreateCertificateAuthorityAuditReportResponse* response);

absl::Status CreatePermission(Context& context,
                              const v1::CreatePermissionRequest& request,
                              v1::CreatePermissionResponse* response);

absl::Status DeleteCertificateAuthority(
    Context& context, const v1::DeleteCertificateAuthorityRequest& request,
    v1::DeleteCertificateAuthorityResponse* response);

absl::Status DeletePermission(Context& context,
                              const v1::DeletePermissionRequest& request,
                              v1::DeletePermissionResponse* response);

// A CA without a policy will do.
absl::Status DeletePolicy(Context& context,
                          const v1::DeletePolicyRequest& request,
                          v1::DeletePolicyResponse* response);

absl::Status DescribeCertificateAuthority(
    Context& context, const v1::DescribeCertificateAuthorityRequest& request,
    v1::DescribeCertificateAuthorityResponse* response);

absl::Status DescribeCertificateAuthorityAuditReport(
    Context& context,
    const v1::DescribeCertificateAuthorityAuditReportRequest& request,
    v1::DescribeCertificateAuthorityAuditReportResponse* response);

absl::Status GetCertificate(Context& context,
                            const v1::GetCertificateRequest& request,
                            v1::GetCertificateResponse* response);

absl::Status GetCertificateAuthorityCertificate(
    Context& context,
    const v1::GetCertificateAuthorityCertificateRequest& request,
    v1::GetCertificateAuthorityCertificateResponse* response);

absl::Status GetCertificateAuthorityCsr(
    Context& context, const v1::GetCertificateAuthorityCsrRequest& request,
    v1::GetCertificateAuthorityCsrResponse* response);

absl::Status GetPolicy(Context& context, const v1::GetPolicyRequest& request,
                       v1::GetPolicyResponse* response);

absl::Status ImportCertificateAuthorityCertificate(
    Context& context,
    const v1::ImportCertificateAuthorityCertificateRequest& request,
    v1::ImportCertificateAuthorityCertificateResponse* response);

// In this order: the CA and its template; the token; the state; the signing
// algorithm; the CSR's form, key and proof of possession; the template's own
// rules; validity; path length; names and extensions; lint.
absl::Status IssueCertificate(Context& context,
                              const v1::IssueCertificateRequest& request,
                              v1::IssueCertificateResponse* response);

absl::Status ListCertificateAuthorities(
    Context& context, const v1::ListCertificateAuthoritiesRequest& request,
    v1::ListCertificateAuthoritiesResponse* response);

absl::Status ListPermissions(Context& context,
                             const v1::ListPermissionsRequest& request,
                             v1::ListPermissionsResponse* response);

absl::Status ListTags(Context& context, const v1::ListTagsRequest& request,
                      v1::ListTagsResponse* response);

absl::Status PutPolicy(Context& context, const v1::PutPolicyRequest& request,
                       v1::PutPolicyResponse* response);

absl::Status RestoreCertificateAuthority(
    Context& context, const v1::RestoreCertificateAuthorityRequest& request,
    v1::RestoreCertificateAuthorityResponse* response);

// The revocation stands once it is recorded. The CRLs that list it follow
// before the call returns, unless the configuration leaves them to
// RunMaintenance(), which makes those too that fail.
absl::Status RevokeCertificate(Context& context,
                               const v1::RevokeCertificateRequest& request,
                               v1::RevokeCertificateResponse* response);

absl::Status TagCertificateAuthority(
    Context& context, const v1::TagCertificateAuthorityRequest& request,
    v1::TagCertificateAuthorityResponse* response);

absl::Status UntagCertificateAuthority(
    Context& context, const v1::UntagCertificateAuthorityRequest& request,
    v1::UntagCertificateAuthorityResponse* response);

absl::Status UpdateCertificateAuthority(
    Context& context, const v1::UpdateCertificateAuthorityRequest& request,
    v1::UpdateCertificateAuthorityResponse* response);

// The operations that the service has not (proto/engine_operations.proto).

absl::Status BackupStore(Context& context,
                         const v1::BackupStoreRequest& request,
                         v1::BackupStoreResponse* response);

absl::Status CheckStore(Context& context, const v1::CheckStoreRequest& request,
                        v1::CheckStoreResponse* response);

absl::Status DescribeOperation(Context& context,
                               const v1::DescribeOperationRequest& request,
                               v1::DescribeOperationResponse* response);

absl::Status DescribeStore(Context& context,
                           const v1::DescribeStoreRequest& request,
                           v1::DescribeStoreResponse* response);

absl::Status DescribeTemplate(Context& context,
                              const v1::DescribeTemplateRequest& request,
                              v1::DescribeTemplateResponse* response);

// Its checks, and their order, are those of IssueCertificate() up to lint.
absl::Status ExplainIssuance(Context& context,
                             const v1::IssueCertificateRequest& request,
                             v1::ExplainIssuanceResponse* response);

// Takes the same time however many CAs there are.
absl::Status FindCertificateRevocationList(
    Context& context, const v1::FindCertificateRevocationListRequest& request,
    v1::FindCertificateRevocationListResponse* response);

// Of every CRL that the CA keeps up.
absl::Status GenerateCertificateRevocationList(
    Context& context,
    const v1::GenerateCertificateRevocationListRequest& request,
    v1::GenerateCertificateRevocationListResponse* response);

absl::Status GetCertificateRevocationList(
    Context& context, const v1::GetCertificateRevocationListRequest& request,
    v1::GetCertificateRevocationListResponse* response);

absl::Status GetObject(Context& context, const v1::GetObjectRequest& request,
                       v1::GetObjectResponse* response);

// Each request is decided as by IssueCertificate().
absl::Status IssueCertificates(Context& context,
                               const v1::IssueCertificatesRequest& request,
                               v1::IssueCertificatesResponse* response);

absl::Status ListCertificates(Context& context,
                              const v1::ListCertificatesRequest& request,
                              v1::ListCertificatesResponse* response);

absl::Status ListObjects(Context& context,
                         const v1::ListObjectsRequest& request,
                         v1::ListObjectsResponse* response);

absl::Status ListOperations(Context& context,
                            const v1::ListOperationsRequest& request,
                            v1::ListOperationsResponse* response);

absl::Status ListTemplates(Context& context,
                           const v1::ListTemplatesRequest& request,
                           v1::ListTemplatesResponse* response);

absl::Status PresignOcspResponses(
    Context& context, const v1::PresignOcspResponsesRequest& request,
    v1::PresignOcspResponsesResponse* response);

// For the CA that the first CertID names; see OcspSignerOf() for who signs.
// Errors: those of the host only. What is wrong with a request is in the
// response.
absl::Status RespondOcsp(Context& context,
                         const v1::RespondOcspRequest& request,
                         v1::RespondOcspResponse* response);

absl::Status RewrapKeys(Context& context, const v1::RewrapKeysRequest& request,
                        v1::RewrapKeysResponse* response);

// What fails for one CA keeps nobody else from his turn: the response says what
// it was.
absl::Status RunMaintenance(Context& context,
                            const v1::RunMaintenanceRequest& request,
                            v1::RunMaintenanceResponse* response);

}  // namespace pki

#endif  // PKI_ENGINE_OPERATIONS_H_
