// Fuzzes the reading of GeneralNames: no bytes may crash it, both ways of
// reading agree, and what was read is written as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pki/base/bytes.h"
#include "pki/x509/general_name.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const pki::ByteView der(data, size);
  const auto names = pki::ParseGeneralNames(der);
  Require(names.has_value() == pki::IsGeneralNames(der));
  if (!names.has_value()) return 0;
  Require(!names->empty());
  Require(pki::View(pki::EncodeGeneralNames(*names)) == der);
  return 0;
}
