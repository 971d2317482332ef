// Targets and their escapes.
#include "capi/cli/serve/url.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace pkictl {
namespace {

constexpr absl::string_view kUnreserved = "-._~";

bool IsEscape(absl::string_view text) {
  return text.size() >= 3 && text[0] == '%' && absl::ascii_isxdigit(text[1]) &&
         absl::ascii_isxdigit(text[2]);
}

}  // namespace

Target SplitTarget(absl::string_view target) {
  if (absl::ConsumePrefix(&target, "http://")) {
    const size_t slash = target.find('/');
    target = slash == absl::string_view::npos ? "/" : target.substr(slash);
  }
  const size_t question = target.find('?');
  if (question == absl::string_view::npos) return {target, ""};
  return {target.substr(0, question), target.substr(question + 1)};
}

std::string PercentDecode(absl::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    if (IsEscape(text)) {
      decoded += absl::HexStringToBytes(text.substr(1, 2));
      text.remove_prefix(3);
    } else {
      decoded.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return decoded;
}

std::string PercentEncode(absl::string_view text, absl::string_view kept) {
  std::string encoded;
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    if (absl::ascii_isalnum(byte) ||
        kUnreserved.find(each) != absl::string_view::npos ||
        kept.find(each) != absl::string_view::npos) {
      encoded.push_back(each);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", byte);
    }
  }
  return encoded;
}

}  // namespace pkictl
