// Fuzzes the reading of CSRs and their keys: no bytes may crash it; what both
// accept BoringSSL accepts too; and what was read survives being written and
// read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "pki/crypto/public_key.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/testing/parse_with_boringssl.h"
#include "pki/x509/certificate.h"
#include "pki/x509/csr.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void WriteAndReadAgain(const pki::Csr& csr) {
  std::vector<pki::Bytes> extensions;
  for (const pki::Extension& extension : csr.extensions()) {
    extensions.push_back(pki::Copy(extension.der));
  }
  const pki::Bytes info =
      pki::EncodeCsrInfo({csr.subject(), csr.spki(), extensions});
  const pki::Bytes der = pki::EncodeSigned(
      pki::View(info), pki::InfoOf(csr.signature_algorithm()).identifier,
      csr.signature());
  const auto again = pki::Csr::Parse(pki::View(der));
  Require(again.ok());
  Require(again->subject() == csr.subject() && again->spki() == csr.spki() &&
          again->signature() == csr.signature() &&
          again->signature_algorithm() == csr.signature_algorithm());
  Require(std::equal(again->extensions().begin(), again->extensions().end(),
                     csr.extensions().begin(), csr.extensions().end(),
                     [](const pki::Extension& a, const pki::Extension& b) {
                       return a.oid == b.oid && a.critical == b.critical &&
                              a.value == b.value && a.der == b.der;
                     }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto csr = pki::Csr::Parse(pki::ByteView(data, size));
  if (!csr.ok()) return 0;
  WriteAndReadAgain(*csr);
  const auto key = pki::PublicKey::FromSpki(csr->spki(), "");
  if (!key.ok()) return 0;
  Require(pki::BoringSslReadsCsr(csr->der()));
  key->Verify(csr->signature_algorithm(), csr->info(), csr->signature());
  return 0;
}
