// Fuzzes the reading of OCSP requests: no bytes may crash it, and each
// certificate that was asked for can be asked for alone.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pki/base/bytes.h"
#include "pki/x509/ocsp_request.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto request = pki::ParseOcspRequest(pki::ByteView(data, size));
  if (!request.ok()) return 0;
  Require(!request->certificates.empty());
  Require(request->nonce.size() <= pki::kMaxOcspNonce);
  for (const pki::CertId& id : request->certificates) {
    const pki::Bytes alone = pki::EncodeOcspRequest(id.der);
    const auto again = pki::ParseOcspRequest(pki::View(alone));
    Require(again.ok() && again->certificates.size() == 1 &&
            again->certificates[0].der == id.der &&
            again->certificates[0].serial == id.serial && again->nonce.empty());
  }
  return 0;
}
