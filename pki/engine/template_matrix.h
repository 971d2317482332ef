// Requests that ask for everything and requests that ask for nothing, for any
// template. Keys, clock and entropy are fixed, so that two certificates for the
// same request differ in their signatures only.
#ifndef PKI_ENGINE_TEMPLATE_MATRIX_H_
#define PKI_ENGINE_TEMPLATE_MATRIX_H_

#include <string>
#include <vector>

#include "pki/base/bytes.h"
#include "pki/template/prepared_template.h"
#include "pki/testing/engine_harness.h"
#include "proto/service.pb.h"

namespace pki {

// Who asks for everything. The CSR has a subject in any case, and nothing else
// when it does not; then, there is no ApiPassthrough either.
struct Asking {
  bool csr;
  bool api;
};
inline constexpr Asking kAskings[] = {
    {false, false}, {false, true}, {true, false}, {true, true}};

// Everything, as far as a certificate of this kind may have it. No two sources
// ask for the same value of anything.
Bytes FullCsrSubject();
std::vector<Bytes> FullCsrExtensions(v1::CertificateKind kind);
v1::ApiPassthrough FullApiPassthrough(v1::CertificateKind kind);

// RFC 5280 section 4.2.1.2, method (1), for a P-256 key.
Bytes KeyIdentifierOf(ByteView spki);

// What a CA says in what it issues: where its CRL is.
v1::RevocationConfiguration CrlOnly();

// An engine with one root CA, which issues everything, its own certificate too.
class TemplateMatrix {
 public:
  explicit TemplateMatrix(const v1::RevocationConfiguration& revocation);

  v1::IssueCertificateRequest Request(const PreparedTemplate& form,
                                      Asking asking);

  EngineHarness& harness() { return harness_; }

 private:
  EngineHarness harness_;
  std::string ca_arn_;
};

}  // namespace pki

#endif  // PKI_ENGINE_TEMPLATE_MATRIX_H_
