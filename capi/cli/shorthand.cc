// A recursive descent, which goes back to the last comma where a word turns out
// to be the next key.
#include "capi/cli/shorthand.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace pkictl {
namespace {

// A command line is short: this only keeps "[[[[" from the end of the stack.
constexpr int kMaxDepth = 64;

constexpr absl::string_view kQuotes = "'\"";
// What ends a word, or cannot be in it.
constexpr absl::string_view kNotAtStart = "'\",=[{";
constexpr absl::string_view kNotInFirst = "'\",]}";
constexpr absl::string_view kNotInSecond = "'\",=";

bool IsOneOf(absl::string_view set, char c) {
  return set.find(c) != absl::string_view::npos;
}

// The AWS CLI knows more of them (Unicode's), which nobody types.
bool IsSpace(char c) { return absl::ascii_isspace(c); }

bool IsControl(char c) { return absl::ascii_iscntrl(c) && c != '\x7F'; }

bool IsKeyCharacter(char c) {
  return absl::ascii_isalnum(c) || IsOneOf("-_.#/:", c);
}

class Parser {
 public:
  Parser(absl::string_view text, const ResolveFile& resolve)
      : text_(text), resolve_(resolve) {}

  absl::StatusOr<Json> Parse() {
    Json object = Json::object();
    size_t last = 0;
    do {
      absl::Status status = absl::OkStatus();
      if (!object.empty()) status = Expect(',', kSkipSpaces);
      if (!status.ok()) return status;
      const auto key = Key();
      if (!key.ok()) return key.status();
      auto value = Values();
      if (!value.ok()) return value;
      if (object.contains(*key)) return Duplicate(*key, last + 1);
      object[*key] = *std::move(value);
      last = at_;
    } while (!AtEnd());
    return object;
  }

 private:
  enum Spaces { kKeepSpaces, kSkipSpaces };

  bool AtEnd() const { return at_ >= text_.size(); }
  bool At(char c) const { return !AtEnd() && text_[at_] == c; }

  void SkipSpaces() {
    while (!AtEnd() && IsSpace(text_[at_])) ++at_;
  }

  absl::Status Error(absl::string_view what, size_t at) const {
    // The caret stands under `at` in its own line.
    const size_t line_end = std::min(text_.find('\n', at), text_.size());
    const size_t before = text_.substr(0, at).rfind('\n');
    const size_t column =
        before == absl::string_view::npos ? at : at - before - 1;
    return absl::InvalidArgumentError(
        absl::StrCat(what, " for input:\n", text_.substr(0, line_end), "\n",
                     std::string(column, ' '), "^", text_.substr(line_end)));
  }

  absl::Status Expected(absl::string_view what) const {
    return Error(absl::StrCat("Expected: '", what, "', received: '",
                              AtEnd() ? "EOF" : text_.substr(at_, 1), "'"),
                 at_);
  }

  absl::Status Duplicate(absl::string_view key, size_t at) const {
    return Error(absl::StrCat("Second instance of key \"", key,
                              "\" (perhaps a \",\" stands for a space)"),
                 std::min(at, text_.size()));
  }

  absl::Status Expect(char c, Spaces spaces) {
    if (spaces == kSkipSpaces) SkipSpaces();
    if (!At(c)) return Expected(std::string(1, c));
    ++at_;
    if (spaces == kSkipSpaces) SkipSpaces();
    return absl::OkStatus();
  }

  // With the "=" behind it.
  absl::StatusOr<std::string> Key() {
    const size_t start = at_;
    while (!AtEnd() && IsKeyCharacter(text_[at_])) ++at_;
    const absl::string_view key = text_.substr(start, at_ - start);
    resolves_ = Expect('@', kSkipSpaces).ok();
    absl::Status status = Expect('=', kSkipSpaces);
    if (!status.ok()) return status;
    return std::string(key);
  }

  absl::StatusOr<Json> Values() {
    if (AtEnd()) return Json("");
    if (At('[') || At('{')) return Item();
    return CommaSeparated();
  }

  // "b", or "b,c" up to the comma before the next key.
  absl::StatusOr<Json> CommaSeparated() {
    const auto first = FirstWord();
    if (!first.ok()) return first.status();
    SkipSpaces();
    if (!At(',')) return Json(*first);
    Json list = Json::array({*first});
    absl::Status status = Expect(',', kSkipSpaces);
    while (status.ok()) {
      const auto word = SecondWord();
      status = word.status();
      if (!status.ok()) break;
      SkipSpaces();
      if (AtEnd()) {
        list.push_back(*word);
        return list;
      }
      status = Expect(',', kSkipSpaces);
      if (status.ok()) list.push_back(*word);
    }
    if (AtEnd() || !absl::IsInvalidArgument(status)) return status;
    at_ = text_.substr(0, at_ + 1).rfind(',');
    return list.size() == 1 ? Json(*first) : list;
  }

  // "[...]", "{...}" or a word.
  absl::StatusOr<Json> Item() {
    if (!At('[') && !At('{')) {
      const auto word = FirstWord();
      if (!word.ok()) return word.status();
      return Json(*word);
    }
    if (depth_ == kMaxDepth) return Error("Too deeply nested", at_);
    ++depth_;
    auto items = At('[') ? List() : Structure();
    --depth_;
    return items;
  }

  absl::StatusOr<Json> List() {
    Json list = Json::array();
    absl::Status status = Expect('[', kSkipSpaces);
    while (status.ok() && !At(']')) {
      auto item = Item();
      if (!item.ok()) return item;
      list.push_back(*std::move(item));
      status = Separator(']');
    }
    if (status.ok()) status = Expect(']', kKeepSpaces);
    if (!status.ok()) return status;
    return list;
  }

  absl::StatusOr<Json> Structure() {
    Json object = Json::object();
    absl::Status status = Expect('{', kSkipSpaces);
    while (status.ok() && !At('}')) {
      const auto key = Key();
      if (!key.ok()) return key.status();
      auto item = Item();
      if (!item.ok()) return item;
      status = Separator('}');
      object[*key] = *std::move(item);
    }
    if (status.ok()) status = Expect('}', kKeepSpaces);
    if (!status.ok()) return status;
    return object;
  }

  // A comma, unless `end` follows.
  absl::Status Separator(char end) {
    SkipSpaces();
    if (At(end)) return absl::OkStatus();
    absl::Status status = Expect(',', kKeepSpaces);
    SkipSpaces();
    return status;
  }

  // It may be empty.
  absl::StatusOr<std::string> FirstWord() {
    if (!AtEnd() && IsOneOf(kQuotes, text_[at_])) return Quoted();
    return Resolved(Word(kNotInFirst));
  }

  absl::StatusOr<std::string> SecondWord() {
    if (!AtEnd() && IsOneOf(kQuotes, text_[at_])) return Quoted();
    const size_t start = at_;
    const std::string word = Word(kNotInSecond);
    if (at_ == start) return Expected("<second>");
    return Resolved(word);
  }

  std::string Word(absl::string_view not_in_word) {
    const size_t start = at_;
    while (!AtEnd()) {
      const char c = text_[at_];
      const bool is_escaped_comma =
          c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == ',';
      const bool is_in_word =
          at_ == start
              ? !IsOneOf(kNotAtStart, c) && !IsSpace(c) && !IsControl(c)
              : !IsOneOf(not_in_word, c) && (IsSpace(c) || !IsControl(c));
      if (!is_in_word) break;
      at_ += is_escaped_comma ? 2 : 1;
    }
    std::string word =
        absl::StrReplaceAll(text_.substr(start, at_ - start), {{"\\,", ","}});
    absl::StripTrailingAsciiWhitespace(&word);
    return word;
  }

  absl::StatusOr<std::string> Quoted() {
    const char quote = text_[at_];
    size_t end = at_ + 1;
    // Where it would end if nothing but escaped quotes followed.
    size_t last_escaped = absl::string_view::npos;
    while (end < text_.size() && text_[end] != quote) {
      if (text_[end] == '\\' && end + 1 < text_.size() &&
          text_[end + 1] == quote) {
        last_escaped = ++end;
      }
      ++end;
    }
    if (end >= text_.size()) end = last_escaped;
    if (end == absl::string_view::npos) {
      return Expected(quote == '"' ? "<double quoted>" : "<singled quoted>");
    }
    // One after the other, as the AWS CLI does it.
    std::string word = absl::StrReplaceAll(
        text_.substr(at_ + 1, end - at_ - 1),
        {{std::string{'\\', quote}, std::string(1, quote)}});
    absl::StrReplaceAll({{"\\\\", "\\"}}, &word);
    at_ = end + 1;
    return Resolved(std::move(word));
  }

  absl::StatusOr<std::string> Resolved(std::string word) const {
    if (!resolves_) return word;
    return resolve_(word);
  }

  const absl::string_view text_;
  const ResolveFile& resolve_;
  size_t at_ = 0;
  int depth_ = 0;
  // Whether the value is that of a key with "@=".
  bool resolves_ = false;
};

}  // namespace

absl::StatusOr<Json> ParseShorthand(absl::string_view text,
                                    const ResolveFile& resolve) {
  return Parser(text, resolve).Parse();
}

}  // namespace pkictl
