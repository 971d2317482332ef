// The dotted form of object identifiers (X.690 section 8.19).
#include "pki/der/oid.h"

#include <openssl/bytestring.h>
#include <openssl/mem.h>

#include "absl/strings/str_cat.h"

namespace pki::oid {

bool IsWellFormed(ByteView octets) {
  // Every arc ends, and none begins with padding.
  bool starts_arc = true;
  for (const uint8_t octet : octets) {
    if (starts_arc && octet == 0x80) return false;
    starts_arc = (octet & 0x80) == 0;
  }
  return !octets.empty() && starts_arc;
}

std::string ToText(ByteView octets) {
  CBS cbs;
  CBS_init(&cbs, octets.data(), octets.size());
  char* text = CBS_asn1_oid_to_text(&cbs);
  if (text == nullptr) return "";
  std::string result(text);
  OPENSSL_free(text);
  return result;
}

std::string Show(ByteView octets) {
  constexpr size_t kMaxShown = 128;
  std::string text = ToText(octets);
  if (text.empty()) text = absl::StrCat("0x", Hex(octets));
  if (text.size() > kMaxShown) text.replace(kMaxShown, text.npos, "...");
  return text;
}

std::optional<Bytes> FromText(absl::string_view text) {
  // An octet takes at least one digit, or a dot.
  Bytes octets(text.size(), '\0');
  bssl::ScopedCBB cbb;
  size_t size = 0;
  if (!CBB_init_fixed(cbb.get(), reinterpret_cast<uint8_t*>(&octets[0]),
                      octets.size()) ||
      !CBB_add_asn1_oid_from_text(cbb.get(), text.data(), text.size()) ||
      !CBB_finish(cbb.get(), nullptr, &size)) {
    return std::nullopt;
  }
  octets.resize(size);
  return octets;
}

}  // namespace pki::oid
