// Fuzzes the reading of distinguished names: no bytes may crash it, all ways of
// reading agree, every value is text, and what the engine could have written is
// written as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "pki/base/bytes.h"
#include "pki/der/tag.h"
#include "pki/x509/name.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

bool IsWritten(const pki::Attribute& attribute) {
  return !attribute.joins_previous &&
         (attribute.tag == pki::der::kUtf8String ||
          attribute.tag == pki::der::kPrintableString ||
          attribute.tag == pki::der::kIa5String);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const pki::ByteView der(data, size);
  const auto name = pki::ParseName(der);
  const std::string shown = pki::NameToRfc2253(der);
  Require(name.has_value() == pki::IsName(der));
  if (!name.has_value()) return 0;
  Require(name->empty() == pki::IsEmptyName(der));
  Require(name->empty() == shown.empty());
  std::vector<pki::NewAttribute> written;
  for (const pki::Attribute& attribute : *name) {
    Require(pki::AttributeText(attribute).has_value());
    if (!IsWritten(attribute)) return 0;
    written.push_back(
        {attribute.type, attribute.tag, pki::Text(attribute.value)});
  }
  Require(pki::View(pki::EncodeName(written)) == der);
  return 0;
}
