// Each type's way from words to JSON.
#include "capi/cli/argument.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "capi/cli/files.h"
#include "capi/cli/shorthand.h"

namespace pkictl {
namespace {

constexpr absl::string_view kTextFile = "file://";
constexpr absl::string_view kBinaryFile = "fileb://";
constexpr absl::string_view kPem = "-----BEGIN ";
constexpr double kMillisecondsPerSecond = 1000;
// Beyond the year 9999.
constexpr double kMaxSeconds = 1e12;
// Of JSON. No request is as deep as that.
constexpr int kMaxDepth = 64;

// Without a zone it is UTC. RFC 3339, a blank in place of the T, a date.
constexpr const char* kTimeFormats[] = {
    "%Y-%m-%dT%H:%M:%E*S%Ez",
    "%Y-%m-%dT%H:%M:%E*S",
    "%Y-%m-%d %H:%M:%E*S%Ez",
    "%Y-%m-%d %H:%M:%E*S",
    "%Y-%m-%d",
};

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<std::string> ReadPath(absl::string_view path) {
  // No shell looks behind "file://".
  const char* const home = std::getenv("HOME");
  const bool is_at_home = home != nullptr && absl::StartsWith(path, "~/");
  auto bytes = ReadFile(is_at_home ? absl::StrCat(home, path.substr(1))
                                   : std::string(path));
  if (!bytes.ok()) return Wrong(bytes.status().message());
  return bytes;
}

// A word, or what is in the file that it names.
absl::StatusOr<std::string> Resolve(BinaryFormat format,
                                    absl::string_view word) {
  if (absl::ConsumePrefix(&word, kTextFile)) return ReadPath(word);
  if (!absl::ConsumePrefix(&word, kBinaryFile)) return std::string(word);
  auto bytes = ReadPath(word);
  if (!bytes.ok() || format == BinaryFormat::kRaw) return bytes;
  return absl::Base64Escape(*bytes);
}

// A text can be a secret: what is wrong with it is told, and where, never it.
absl::StatusOr<Json> ParseJson(const std::string& text) {
  bool is_too_deep = false;
  const auto look = [&](int depth, Json::parse_event_t, const Json&) {
    is_too_deep |= depth > kMaxDepth;
    return !is_too_deep;
  };
  try {
    Json json = Json::parse(text, look);
    if (!is_too_deep) return json;
  } catch (const Json::parse_error& error) {
    const size_t end = std::min(error.byte, text.size());
    const auto line = std::count(text.begin(), text.begin() + end, '\n') + 1;
    return Wrong(absl::StrCat("Invalid JSON received: wrong at byte ",
                              error.byte, ", in line ", line));
  } catch (const Json::out_of_range&) {
    return Wrong("Invalid JSON received: a number is too large");
  }
  return Wrong("Invalid JSON received: it is nested too deep");
}

bool LooksLikeJson(absl::string_view word, absl::string_view openings) {
  word = absl::StripLeadingAsciiWhitespace(word);
  return !word.empty() && absl::StrContains(openings, word.front());
}

absl::StatusOr<Json> ReadTimestamp(const std::string& word) {
  double seconds;
  if (absl::SimpleAtod(word, &seconds) && std::abs(seconds) < kMaxSeconds) {
    const auto whole = static_cast<int64_t>(seconds);
    if (static_cast<double>(whole) == seconds) return Json(whole);
    return Json(seconds);
  }
  for (const char* const format : kTimeFormats) {
    absl::Time time;
    if (!absl::ParseTime(format, word, &time, nullptr)) continue;
    if (time == absl::FromUnixSeconds(absl::ToUnixSeconds(time))) {
      return Json(absl::ToUnixSeconds(time));
    }
    return Json(static_cast<double>(absl::ToUnixMillis(time)) /
                kMillisecondsPerSecond);
  }
  return Wrong(absl::StrCat("Invalid timestamp \"", word, "\""));
}

// In base64 alone.
absl::StatusOr<Json> ReadBlob(BinaryFormat format, const std::string& text) {
  if (format == BinaryFormat::kRaw || absl::StrContains(text, kPem)) {
    return Json(absl::Base64Escape(text));
  }
  std::string bytes;
  if (absl::Base64Unescape(text, &bytes))
    return Json(absl::Base64Escape(bytes));
  return Wrong(
      "Invalid base64 (fileb://PATH takes the bytes of a file as they are)");
}

absl::StatusOr<Json> ReadInteger(const std::string& word) {
  int64_t number;
  if (absl::SimpleAtoi(word, &number)) return Json(number);
  return Wrong(absl::StrCat("Invalid integer \"", word, "\""));
}

// As the AWS CLI does it: what is neither stays a string, which is refused.
Json ReadBoolean(const std::string& word) {
  if (absl::EqualsIgnoreCase(word, "true")) return true;
  if (absl::EqualsIgnoreCase(word, "false")) return false;
  return word;
}

absl::StatusOr<Json> ReadScalar(const ShapeMember& member,
                                const std::string& word) {
  switch (member.type) {
    case MemberType::kInteger:
      return ReadInteger(word);
    case MemberType::kBoolean:
      return ReadBoolean(word);
    case MemberType::kTimestamp:
      return ReadTimestamp(word);
    default:
      return Json(word);
  }
}

// Gives the strings of shorthand the types of their members, and lists where
// one item stands for a list.
absl::Status GiveTypes(const OperationShape& shape,
                       const std::string& structure, Json* value) {
  for (const ShapeMember& member : shape.structures.at(structure)) {
    const auto found = value->find(member.name);
    if (found == value->end()) continue;
    if (member.list && !found->is_array()) *found = Json::array({*found});
    Json items = member.list ? *found : Json::array({*found});
    for (Json& item : items) {
      if (member.type == MemberType::kStructure && item.is_object()) {
        absl::Status status = GiveTypes(shape, member.structure, &item);
        if (!status.ok()) return status;
      } else if (item.is_string()) {
        auto scalar = ReadScalar(member, item.get<std::string>());
        if (!scalar.ok()) {
          return Wrong(
              absl::StrCat(member.name, ": ", scalar.status().message()));
        }
        item = *std::move(scalar);
      }
    }
    *found = member.list ? std::move(items) : std::move(items.front());
  }
  return absl::OkStatus();
}

absl::StatusOr<Json> ReadStructure(const OperationShape& shape,
                                   const std::string& structure,
                                   BinaryFormat format,
                                   const std::string& word) {
  if (LooksLikeJson(word, "{[")) return ParseJson(word);
  auto value = ParseShorthand(word, [format](absl::string_view inner) {
    return Resolve(format, inner);
  });
  if (!value.ok()) return value;
  absl::Status status = GiveTypes(shape, structure, &*value);
  if (!status.ok()) return status;
  return value;
}

absl::StatusOr<Json> ReadItem(const OperationShape& shape,
                              const ShapeMember& member, BinaryFormat format,
                              const std::string& word) {
  return member.type == MemberType::kStructure
             ? ReadStructure(shape, member.structure, format, word)
             : ReadScalar(member, word);
}

}  // namespace

absl::StatusOr<Json> ReadArgument(const OperationShape& shape,
                                  const ShapeMember& member,
                                  BinaryFormat format,
                                  const std::vector<std::string>& words) {
  if (words.size() == 1) {
    const auto word = Resolve(format, words.front());
    if (!word.ok()) return word.status();
    if (!member.list) return ReadItem(shape, member, format, *word);
    if (LooksLikeJson(*word, "[")) return ParseJson(*word);
    auto item = ReadItem(shape, member, format, *word);
    if (!item.ok()) return item;
    return Json::array({*std::move(item)});
  }
  Json list = Json::array();
  for (const std::string& word : words) {
    auto item = ReadItem(shape, member, format, word);
    if (!item.ok()) return item;
    list.push_back(*std::move(item));
  }
  return list;
}

absl::StatusOr<Json> ReadInputJson(const std::string& word) {
  const auto text = Resolve(BinaryFormat::kRaw, word);
  if (!text.ok()) return text.status();
  auto json = ParseJson(*text);
  if (json.ok() && !json->is_object()) return Wrong("It is not a JSON object");
  return json;
}

absl::Status FinishRequest(const OperationShape& shape, BinaryFormat format,
                           Json* request) {
  absl::Status read = VisitScalars(
      shape, shape.request, request,
      [format](const ShapeMember& member, const std::string& path,
               Json* value) {
        const bool is_time = member.type == MemberType::kTimestamp;
        const bool is_blob = member.type == MemberType::kBlob;
        if (!value->is_string() || (!is_time && !is_blob)) {
          return absl::OkStatus();
        }
        const auto text = value->get<std::string>();
        auto ready = is_time ? ReadTimestamp(text) : ReadBlob(format, text);
        if (!ready.ok()) {
          return Wrong(absl::StrCat(path, ": ", ready.status().message()));
        }
        *value = *std::move(ready);
        return absl::OkStatus();
      });
  if (!read.ok() || IsUtf8(*request)) return read;
  return Wrong("A value is not in UTF-8 (fileb://PATH is for bytes)");
}

void ShowTimes(const OperationShape& shape, Json* response) {
  // The engine answers nothing that its description has not.
  VisitScalars(
      shape, shape.response, response,
      [](const ShapeMember& member, const std::string& /*path*/, Json* value) {
        if (member.type == MemberType::kTimestamp) {
          const absl::Time time = absl::FromUnixMillis(
              std::llround(value->get<double>() * kMillisecondsPerSecond));
          const bool is_whole =
              time == absl::FromUnixSeconds(absl::ToUnixSeconds(time));
          *value = absl::FormatTime(
              is_whole ? "%Y-%m-%dT%H:%M:%S%Ez" : "%Y-%m-%dT%H:%M:%E6S%Ez",
              time, absl::LocalTimeZone());
        }
        return absl::OkStatus();
      })
      .IgnoreError();
}

}  // namespace pkictl
