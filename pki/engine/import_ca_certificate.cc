// ImportCertificateAuthorityCertificate: a CA gets its certificate.
#include <string>
#include <utility>

#include "pki/base/status.h"
#include "pki/ca/import.h"
#include "pki/ca/lifecycle.h"
#include "pki/engine/change_ca.h"
#include "pki/engine/issuer_index.h"
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
  // A CA of a store that is older than the index gets into it.
  const auto index = [](const Ca& ca, WriteBatch* batch) {
    const auto csr = Csr::Parse(View(ca.record.csr()));
    if (!csr.ok()) return;
    for (std::string& key : IssuerKeys(csr->spki(), ca.arn.id)) {
      batch->puts.emplace_back(std::move(key), ca.record.arn());
    }
  };
  return ChangeCa(context, request.certificate_authority_arn(), import, index);
}

}  // namespace pki
