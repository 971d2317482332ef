// ImportCertificateAuthorityCertificate: a CA gets its certificate.
#include <utility>

#include "pki/base/status.h"
#include "pki/ca/import.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/change_ca.h"
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

}  // namespace

absl::Status ImportCertificateAuthorityCertificate(
    Context& context,
    const v1::ImportCertificateAuthorityCertificateRequest& request,
    v1::ImportCertificateAuthorityCertificateResponse* /*response*/) {
  const auto import = [&request](Ca& ca, absl::Time now) -> absl::Status {
    PKI_RETURN_IF_ERROR(ca.Apply(CaUse::kImport, now));
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
    return absl::OkStatus();
  };
  return ChangeCa(context, request.certificate_authority_arn(), import);
}

}  // namespace pki
