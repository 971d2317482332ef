// Alphabets of the ASN.1 character strings, and conversion to UTF-8.
#include "pki/der/string.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace pki::der {
namespace {

constexpr uint32_t kMaxCodePoint = 0x10ffff;

bool IsSurrogate(uint32_t code) { return code >= 0xd800 && code <= 0xdfff; }

// Reads one character; false when the bytes are not well-formed UTF-8.
bool NextUtf8(ByteView* text) {
  const uint8_t lead = text->front();
  const size_t size = lead < 0x80             ? 1
                      : (lead & 0xe0) == 0xc0 ? 2
                      : (lead & 0xf0) == 0xe0 ? 3
                      : (lead & 0xf8) == 0xf0 ? 4
                                              : 0;
  if (size == 0 || text->size() < size) return false;
  if (size > 1) {
    uint32_t code = lead & (0x7f >> size);
    for (size_t i = 1; i < size; ++i) {
      if (((*text)[i] & 0xc0) != 0x80) return false;
      code = code << 6 | ((*text)[i] & 0x3f);
    }
    constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[size] || code > kMaxCodePoint || IsSurrogate(code)) {
      return false;
    }
  }
  text->remove_prefix(size);
  return true;
}

void AppendUtf8(uint32_t code, std::string* out) {
  const auto put = [out](uint32_t octet) {
    out->push_back(static_cast<char>(octet));
  };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

// The alphabet of NumericString (X.680 section 41.2).
bool IsNumeric(ByteView text) {
  return std::all_of(text.begin(), text.end(), [](uint8_t c) {
    return absl::ascii_isdigit(c) || c == ' ';
  });
}

// Big-endian characters of `width` bytes each.
std::optional<std::string> FromFixedWidth(ByteView contents, size_t width) {
  if (contents.size() % width != 0) return std::nullopt;
  std::string text;
  for (size_t at = 0; at < contents.size(); at += width) {
    uint32_t code = 0;
    for (size_t i = 0; i < width; ++i) code = code << 8 | contents[at + i];
    if (code > kMaxCodePoint || IsSurrogate(code)) return std::nullopt;
    AppendUtf8(code, &text);
  }
  return text;
}

}  // namespace

bool IsPrintable(ByteView text) {
  return std::all_of(text.begin(), text.end(), [](uint8_t c) {
    return absl::ascii_isalnum(c) ||
           (c != 0 &&
            absl::string_view(" '()+,-./:=?").find(static_cast<char>(c)) !=
                absl::string_view::npos);
  });
}

bool IsIa5(ByteView text) {
  return std::all_of(text.begin(), text.end(),
                     [](uint8_t c) { return c < 0x80; });
}

bool IsUtf8(ByteView text) {
  while (!text.empty()) {
    if (!NextUtf8(&text)) return false;
  }
  return true;
}

bool HasControl(ByteView text) {
  return std::any_of(text.begin(), text.end(),
                     [](uint8_t c) { return absl::ascii_iscntrl(c); });
}

bool IsStringOf(Tag tag, ByteView contents) {
  switch (tag) {
    case kUtf8String:
      return IsUtf8(contents);
    case kPrintableString:
      return IsPrintable(contents);
    case kIa5String:
      return IsIa5(contents);
    case kBmpString:
      return FromFixedWidth(contents, 2).has_value();
    case kUniversalString:
      return FromFixedWidth(contents, 4).has_value();
    case kNumericString:
      return IsNumeric(contents);
    case kTeletexString:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> ToUtf8(Tag tag, ByteView contents) {
  switch (tag) {
    case kUtf8String:
    case kPrintableString:
    case kNumericString:
    case kIa5String:
      if (!IsStringOf(tag, contents)) return std::nullopt;
      return Copy(contents);
    case kTeletexString:
      return FromFixedWidth(contents, 1);
    case kBmpString:
      return FromFixedWidth(contents, 2);
    case kUniversalString:
      return FromFixedWidth(contents, 4);
    default:
      return std::nullopt;
  }
}

}  // namespace pki::der
