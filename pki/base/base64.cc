// Four digits are three bytes. absl's decoder is lenient, and to encode again
// what it decoded, as a check, takes as long once more.
#include "pki/base/base64.h"

#include <array>
#include <string>

#include "absl/strings/match.h"

namespace pki {
namespace {

constexpr absl::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr size_t kGroup = 4;
constexpr uint8_t kNoDigit = 0x80;

// By character.
constexpr std::array<uint8_t, 256> kValues = [] {
  std::array<uint8_t, 256> values = {};
  for (uint8_t& value : values) value = kNoDigit;
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<uint8_t>(kDigits[i])] = static_cast<uint8_t>(i);
  }
  return values;
}();

uint8_t ValueOf(char digit) { return kValues[static_cast<uint8_t>(digit)]; }

// False when the group is not four digits.
bool DecodeGroup(absl::string_view group, char* out) {
  const uint8_t a = ValueOf(group[0]);
  const uint8_t b = ValueOf(group[1]);
  const uint8_t c = ValueOf(group[2]);
  const uint8_t d = ValueOf(group[3]);
  out[0] = static_cast<char>(a << 2 | b >> 4);
  out[1] = static_cast<char>(b << 4 | c >> 2);
  out[2] = static_cast<char>(c << 6 | d);
  return ((a | b | c | d) & kNoDigit) == 0;
}

}  // namespace

std::optional<Bytes> DecodeBase64(absl::string_view text) {
  if (text.size() % kGroup != 0) return std::nullopt;
  if (text.empty()) return Bytes();
  Bytes bytes(text.size() / kGroup * 3, '\0');
  // Padding is read as digits of zero: where unused bits are zero too, so are
  // the bytes that it leaves behind.
  const size_t padding = absl::EndsWith(text, "==")  ? 2
                         : absl::EndsWith(text, "=") ? 1
                                                     : 0;
  std::string last(text.substr(text.size() - kGroup));
  last.replace(kGroup - padding, padding, padding, kDigits[0]);
  text.remove_suffix(kGroup);

  char* out = &bytes[0];
  for (; !text.empty(); text.remove_prefix(kGroup), out += 3) {
    if (!DecodeGroup(text, out)) return std::nullopt;
  }
  if (!DecodeGroup(last, out)) return std::nullopt;
  for (size_t i = 0; i < padding; ++i) {
    if (bytes.back() != '\0') return std::nullopt;
    bytes.pop_back();
  }
  return bytes;
}

}  // namespace pki
