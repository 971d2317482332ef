// Fuzzes the reading of CSRs and their keys: no bytes may crash it; what was
// read survives being written and read again; and BoringSSL reads all that we
// read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/crypto/public_key.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/testing/parse_with_boringssl.h"
#include "pki/x509/csr.h"
#include "pki/x509/signed.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// A CSR of the parts that were read, without attributes of other types.
pki::Bytes Write(const pki::Csr& csr) {
  std::vector<pki::Bytes> extensions;
  for (const pki::Extension& extension : csr.extensions()) {
    extensions.push_back(pki::Copy(extension.der));
  }
  const pki::Bytes info =
      pki::EncodeCsrInfo({csr.subject(), csr.spki(), extensions});
  return pki::EncodeSigned(pki::View(info),
                           pki::InfoOf(csr.signature_algorithm()).identifier,
                           csr.signature());
}

void RequireSame(const pki::Csr& csr, const absl::StatusOr<pki::Csr>& again) {
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
  const pki::Bytes der = Write(*csr);
  RequireSame(*csr, pki::Csr::Parse(pki::View(der)));
  const auto key = pki::PublicKey::FromSpki(csr->spki(), "");
  if (!key.ok()) return 0;
  Require(pki::BoringSslReadsCsr(csr->der()));
  Require(pki::BoringSslReadsCsr(pki::View(der)));
  key->Verify(csr->signature_algorithm(), csr->info(), csr->signature());
  return 0;
}
