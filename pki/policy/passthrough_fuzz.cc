// Fuzzes the encoding of ApiPassthrough, from the message in binary form: no
// message may crash it, every refusal is typed, and what was encoded can be
// read and resolves to a certificate's content with each extension once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "absl/status/statusor.h"
#include "pki/base/bytes.h"
#include "pki/base/status.h"
#include "pki/policy/api_fields.h"
#include "pki/policy/resolve.h"
#include "pki/template/catalogue.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"
#include "proto/service.pb.h"

namespace {

// SEQUENCE { SET { SEQUENCE { commonName, "a" } } }
constexpr char kName[] =
    "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
    "a";

void Require(bool condition) {
  if (!condition) std::abort();
}

template <typename T>
bool IsTaken(const absl::StatusOr<T>& result) {
  Require(result.ok() || pki::DetailOf(result.status()).code() ==
                             pki::v1::INVALID_ARGS_EXCEPTION);
  return result.ok();
}

const pki::Catalogue& BuiltIn() {
  static const auto* const catalogue =
      new pki::Catalogue(pki::Catalogue::Load(pki::BuiltInCatalogue()).value());
  return *catalogue;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pki::v1::ApiPassthrough api;
  if (!api.ParseFromArray(data, static_cast<int>(size))) return 0;
  const auto subject = pki::SubjectToDer(api.subject());
  const auto list = pki::ApiExtensionsToDer(api.extensions());
  const bool takes_subject = IsTaken(subject);
  if (!IsTaken(list) || !takes_subject) return 0;
  Require(pki::IsName(pki::View(*subject)));
  pki::ExtensionList extensions;
  for (const pki::Bytes& der : *list) {
    const auto extension = pki::ParseExtension(pki::View(der));
    Require(extension.has_value());
    extensions.push_back(*extension);
  }
  Require(!pki::DuplicateExtension(extensions).has_value());

  pki::Offers offers;
  offers[pki::v1::SOURCE_CSR] = {pki::View(kName), extensions};
  offers[pki::v1::SOURCE_API] = {pki::View(*subject), extensions};
  for (const auto& [name, form] : BuiltIn().templates()) {
    pki::Provenance provenance;
    const auto resolution = pki::Resolve(form, offers, &provenance);
    Require(resolution.ok());
    pki::ExtensionList resolved;
    for (const pki::ByteView der : resolution->extensions) {
      resolved.push_back(*pki::ParseExtension(der));
    }
    Require(!pki::DuplicateExtension(resolved).has_value());
    Require(provenance.size() > resolved.size());
  }
  return 0;
}
