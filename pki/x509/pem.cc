// PEM over base64.
#include "pki/x509/pem.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pki/base/base64.h"

namespace pki {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN ";
constexpr absl::string_view kEnd = "-----END ";
constexpr absl::string_view kDashes = "-----";
constexpr size_t kColumns = 64;

// Takes the next line off `text`, without its end and trailing blanks.
absl::string_view NextLine(absl::string_view* text) {
  const size_t end = text->find('\n');
  const absl::string_view line = text->substr(0, end);
  text->remove_prefix(end == absl::string_view::npos ? text->size() : end + 1);
  return absl::StripTrailingAsciiWhitespace(line);
}

// The label of a boundary line; empty when it is none.
absl::string_view Label(absl::string_view line, absl::string_view prefix) {
  if (!absl::ConsumePrefix(&line, prefix) ||
      !absl::ConsumeSuffix(&line, kDashes)) {
    return "";
  }
  return line;
}

}  // namespace

bool LooksLikePem(absl::string_view text) {
  return absl::StrContains(text, kBegin);
}

std::optional<std::vector<Bytes>> DecodePem(
    absl::string_view text, absl::Span<const absl::string_view> labels) {
  std::vector<Bytes> blocks;
  while (!text.empty()) {
    const absl::string_view first = NextLine(&text);
    const absl::string_view label = Label(first, kBegin);
    if (label.empty()) {
      // What another reader may take for a block must not be passed over.
      if (absl::StrContains(first, kBegin)) return std::nullopt;
      continue;
    }
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
      return std::nullopt;
    }
    std::string base64;
    base64.reserve(std::min<size_t>(text.size(), 4096));
    for (;;) {
      if (text.empty()) return std::nullopt;  // no END line
      const absl::string_view line = NextLine(&text);
      if (Label(line, kEnd) == label) break;
      absl::StrAppend(&base64, line);
    }
    auto der = DecodeBase64(base64);
    if (!der.has_value() || der->empty()) return std::nullopt;
    blocks.push_back(*std::move(der));
  }
  return blocks;
}

std::string EncodePem(absl::string_view label, ByteView der) {
  const std::string base64 = absl::Base64Escape(Text(der));
  std::string pem = absl::StrCat(kBegin, label, kDashes, "\n");
  for (size_t at = 0; at < base64.size(); at += kColumns) {
    absl::StrAppend(&pem, absl::string_view(base64).substr(at, kColumns), "\n");
  }
  absl::StrAppend(&pem, kEnd, label, kDashes);
  return pem;
}

}  // namespace pki
