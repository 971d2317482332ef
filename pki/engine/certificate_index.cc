// Names of certificates, and the keys that they are found under.
#include "pki/engine/certificate_index.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/tag.h"
#include "pki/store/key_range.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

constexpr size_t kMaxKey = 512;
constexpr size_t kSerialDigits = 32;
constexpr size_t kIpv4Size = 4;
constexpr size_t kIpv6Size = 16;
// Of milliseconds since 1970; enough until after the year 9999.
constexpr int64_t kMaxMillis = 999999999999999;

constexpr absl::string_view kByExpiry = "expiry";
constexpr absl::string_view kByAlternativeName = "san";
constexpr absl::string_view kBySubject = "subject";
constexpr absl::string_view kByTemplate = "template";

std::string IpText(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text;
  inet_ntop(family, address, text.data(), text.size());
  return text.data();
}

// Calls visit(name) for each.
template <typename Visit>
void VisitSubjectNames(ByteView subject, Visit&& visit) {
  const auto attributes = ParseName(subject);
  if (!attributes.has_value()) return;
  for (const Attribute& attribute : *attributes) {
    if (!oid::Same(attribute.type, oid::kCommonName) &&
        !oid::Same(attribute.type, oid::kSerialNumber)) {
      continue;
    }
    // Nearly all are text as they are.
    if (attribute.tag == der::kUtf8String ||
        attribute.tag == der::kPrintableString) {
      visit(Text(attribute.value));
    } else if (const auto text = AttributeText(attribute); text.has_value()) {
      visit(*text);
    }
  }
}

template <typename Visit>
void VisitAlternativeNames(const TbsCertificate& tbs, Visit&& visit) {
  const Extension* extension =
      FindExtension(tbs.extensions, oid::kSubjectAltName);
  if (extension == nullptr) return;
  der::Reader outer(extension->value);
  der::Reader names;
  if (!outer.Read(der::kSequence, &names)) return;
  for (GeneralName name; !names.empty() && ReadGeneralName(&names, &name);) {
    switch (name.form) {
      case GeneralNameForm::kDnsName:
      case GeneralNameForm::kRfc822Name:
      case GeneralNameForm::kUri:
        visit(Text(name.value));
        break;
      case GeneralNameForm::kIpAddress:
        visit(IpText(name.value.size() == kIpv4Size ? AF_INET : AF_INET6,
                     name.value.data()));
        break;
      default:
        break;
    }
  }
}

// As a part of a key.
void AppendValue(absl::string_view value, std::string* key) {
  static constexpr absl::string_view kHex = "0123456789abcdef";
  const size_t end = key->size() + kMaxIndexValue;
  for (const char c : value) {
    if (key->size() >= end) break;
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isprint(byte) && c != '/' && c != '%') {
      key->push_back(c);
    } else {
      key->push_back('%');
      key->push_back(kHex[byte / kHex.size()]);
      key->push_back(kHex[byte % kHex.size()]);
    }
  }
  if (key->size() > end) key->resize(end);
}

void AppendName(absl::string_view name, std::string* key) {
  const size_t begin = key->size();
  AppendValue(name, key);
  std::transform(key->begin() + static_cast<std::ptrdiff_t>(begin), key->end(),
                 key->begin() + static_cast<std::ptrdiff_t>(begin),
                 [](unsigned char c) { return absl::ascii_tolower(c); });
}

void AppendTime(absl::Time time, std::string* key) {
  const int64_t millis =
      std::min(std::max<int64_t>(0, absl::ToUnixMillis(time)), kMaxMillis);
  absl::StrAppend(key, absl::Dec(millis, absl::kZeroPad15));
}

void AppendTemplate(absl::string_view arn, std::string* key) {
  constexpr absl::string_view kBeforeName = ":template/";
  const size_t found = arn.find(kBeforeName);
  if (found != absl::string_view::npos) {
    arn.remove_prefix(found + kBeforeName.size());
  }
  AppendValue(arn, key);
}

std::string Prefix(absl::string_view ca_id, absl::string_view by) {
  return absl::StrCat("index/", ca_id, "/", by, "/");
}

KeyRange IndexOfName(absl::string_view ca_id, absl::string_view by,
                     const NamePattern& pattern) {
  std::string key = Prefix(ca_id, by);
  AppendName(pattern.text, &key);
  if (!pattern.is_prefix) key += '/';
  return KeysUnder(key);
}

NamePattern PatternOf(absl::string_view text) {
  const bool is_prefix = absl::ConsumeSuffix(&text, "*");
  return {std::string(text), is_prefix};
}

}  // namespace

std::vector<std::string> SubjectNames(ByteView subject) {
  std::vector<std::string> names;
  VisitSubjectNames(subject,
                    [&](absl::string_view name) { names.emplace_back(name); });
  return names;
}

std::vector<std::string> AlternativeNames(const TbsCertificate& tbs) {
  std::vector<std::string> names;
  VisitAlternativeNames(
      tbs, [&](absl::string_view name) { names.emplace_back(name); });
  return names;
}

NamePattern NamePattern::OfSubject(absl::string_view text) {
  return PatternOf(text);
}

NamePattern NamePattern::OfAlternativeName(absl::string_view text) {
  std::array<char, kIpv6Size> address;
  // A zero would end it.
  const std::string whole = absl::StrReplaceAll(text, {{{"\0", 1}, "?"}});
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, whole.c_str(), address.data()) == 1) {
      return {IpText(family, address.data()), false};
    }
  }
  if (absl::StartsWith(text, "*.")) return {std::string(text), false};
  return PatternOf(text);
}

bool NamePattern::Matches(absl::string_view name) const {
  return is_prefix ? absl::StartsWithIgnoreCase(name, text)
                   : absl::EqualsIgnoreCase(name, text);
}

bool NamePattern::MatchesAny(absl::Span<const std::string> names) const {
  return std::any_of(names.begin(), names.end(),
                     [this](const auto& name) { return Matches(name); });
}

std::vector<std::string> IndexKeys(absl::string_view ca_id,
                                   absl::string_view serial,
                                   absl::string_view template_arn,
                                   const TbsCertificate& tbs) {
  // The one buffer; each key is copied from it, and has no more than its size.
  constexpr size_t kUsual = 8;
  std::string key;
  key.reserve(kMaxKey);
  absl::StrAppend(&key, "index/", ca_id, "/");
  const size_t common = key.size();
  std::vector<std::string> keys;
  keys.reserve(kUsual);
  const auto add = [&](absl::string_view by, auto&& append) {
    key.resize(common);
    absl::StrAppend(&key, by, "/");
    append();
    absl::StrAppend(&key, "/", serial);
    keys.push_back(key);
  };
  add(kByExpiry, [&] { AppendTime(tbs.not_after, &key); });
  add(kByTemplate, [&] { AppendTemplate(template_arn, &key); });
  VisitSubjectNames(tbs.subject, [&](absl::string_view name) {
    add(kBySubject, [&] { AppendName(name, &key); });
  });
  VisitAlternativeNames(tbs, [&](absl::string_view name) {
    add(kByAlternativeName, [&] { AppendName(name, &key); });
  });
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

absl::string_view SerialInKey(absl::string_view key) {
  return key.substr(key.size() - std::min(kSerialDigits, key.size()));
}

KeyRange IndexOfSubject(absl::string_view ca_id, const NamePattern& pattern) {
  return IndexOfName(ca_id, kBySubject, pattern);
}

KeyRange IndexOfAlternativeName(absl::string_view ca_id,
                                const NamePattern& pattern) {
  return IndexOfName(ca_id, kByAlternativeName, pattern);
}

KeyRange IndexOfTemplate(absl::string_view ca_id,
                         absl::string_view template_arn) {
  std::string key = Prefix(ca_id, kByTemplate);
  AppendTemplate(template_arn, &key);
  return KeysUnder(key + '/');
}

KeyRange IndexOfExpiry(absl::string_view ca_id, absl::Time from,
                       absl::Time before) {
  KeyRange range{Prefix(ca_id, kByExpiry), Prefix(ca_id, kByExpiry)};
  AppendTime(from, &range.begin);
  AppendTime(before, &range.end);
  // What ends in the same millisecond may still end before it, and '0' follows
  // the slash.
  range.end += '0';
  return range;
}

}  // namespace pki
