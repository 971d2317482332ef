// ImportCertificateAuthorityCertificate: a CA gets its certificate.
#include "pki/base/status.h"
#include "pki/ca/import.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/operations.h"
#include "pki/x509/csr.h"

namespace pki {
namespace {

bool IsCurrent(const CaRecord& record,
               const v1::ImportedCertificate& imported) {
  return !record.certificates().empty() &&
         record.certificates().rbegin()->SerializeAsString() ==
             imported.SerializeAsString();
}

// Decides on the CA as it is in the store, and commits if it still is so.
absl::Status TryImport(
    const Context& context,
    const v1::ImportCertificateAuthorityCertificateRequest& request,
    absl::Time now) {
  const std::string& arn = request.certificate_authority_arn();
  PKI_ASSIGN_OR_RETURN(Ca ca, context.ReadCa(arn));
  PKI_RETURN_IF_ERROR(CheckAllowed(ca.StatusAt(now), CaUse::kImport, arn));
  PKI_ASSIGN_OR_RETURN(const Csr csr, Csr::Parse(View(ca.record.csr())));
  ImportInput input;
  input.type = ca.record.type();
  input.spki = csr.spki();
  input.certificate = View(request.certificate());
  input.chain = View(request.certificate_chain());
  input.now = now;
  PKI_ASSIGN_OR_RETURN(v1::ImportedCertificate imported, CheckImport(input));
  // What is there already is not stored again.
  if (!IsCurrent(ca.record, imported)) {
    *ca.record.add_certificates() = std::move(imported);
  }
  const auto before = ca.StatusAt(now);
  ca.record.set_status(StatusAfterImport(ca.record.status()));
  // What is shown may change without what is set: EXPIRED to ACTIVE.
  if (ca.record.status() != before) {
    *ca.record.mutable_last_state_change_at() = ToTimestamp(now);
  }
  WriteBatch batch;
  batch.preconditions.push_back({CaKey(ca.arn.id), ca.version});
  batch.puts.emplace_back(CaKey(ca.arn.id), ca.record.SerializeAsString());
  return context.store().Commit(std::move(batch));
}

}  // namespace

absl::Status ImportCertificateAuthorityCertificate(
    Context& context,
    const v1::ImportCertificateAuthorityCertificateRequest& request,
    v1::ImportCertificateAuthorityCertificateResponse* /*response*/) {
  PKI_ASSIGN_OR_RETURN(const absl::Time now, context.Now());
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    absl::Status status = TryImport(context, request, now);
    if (ReasonOf(status) != v1::REASON_STORE_PRECONDITION) return status;
  }
  return LostRace();
}

}  // namespace pki
