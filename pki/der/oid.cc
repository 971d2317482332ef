// The dotted form of object identifiers (X.690 section 8.19).
#include "pki/der/oid.h"

#include <openssl/bytestring.h>
#include <openssl/mem.h>

namespace pki::oid {

std::string ToText(ByteView octets) {
  CBS cbs;
  CBS_init(&cbs, octets.data(), octets.size());
  char* text = CBS_asn1_oid_to_text(&cbs);
  if (text == nullptr) return "";
  std::string result(text);
  OPENSSL_free(text);
  return result;
}

std::optional<Bytes> FromText(absl::string_view text) {
  CBB cbb;
  uint8_t* data = nullptr;
  size_t size = 0;
  if (!CBB_init(&cbb, 16)) return std::nullopt;
  if (!CBB_add_asn1_oid_from_text(&cbb, text.data(), text.size()) ||
      !CBB_finish(&cbb, &data, &size)) {
    CBB_cleanup(&cbb);
    return std::nullopt;
  }
  Bytes octets(reinterpret_cast<char*>(data), size);
  OPENSSL_free(data);
  return octets;
}

}  // namespace pki::oid
