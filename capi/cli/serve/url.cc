// Targets and their escapes.
#include "capi/cli/serve/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace pkictl {
namespace {

constexpr absl::string_view kUnreserved = "-._~";
constexpr absl::string_view kLocal = "localhost";

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

bool IsLocalHost(absl::string_view host) {
  std::array<unsigned char, sizeof(in6_addr)> address = {};
  if (absl::ConsumePrefix(&host, "[")) {
    const std::string literal(host.substr(0, host.find(']')));
    return inet_pton(AF_INET6, literal.c_str(), address.data()) == 1;
  }
  const std::string name =
      absl::AsciiStrToLower(host.substr(0, host.find(':')));
  return name == kLocal || absl::EndsWith(name, absl::StrCat(".", kLocal)) ||
         inet_pton(AF_INET, name.c_str(), address.data()) == 1;
}

}  // namespace pkictl
