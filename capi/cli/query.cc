// A recursive descent that makes functions of what it reads.
#include "capi/cli/query.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace pkictl {
namespace {

// A command line is short: this only keeps "((((" from the end of the stack.
constexpr int kMaxDepth = 64;

// One link of a.b[0][*].
struct Step {
  enum Kind {
    kOne,     // `query` of the value
    kSelect,  // the same, [a, b] or {K: a}: behind a kEach, it alone is of each
    kEach,    // what follows, of each item that `query` gives a list of
    kFlatten,  // the same of the items in the items, after all that came before
  };
  Kind kind;
  Query query;
};
using Steps = std::vector<Step>;

Json Run(const Steps& steps, size_t begin, size_t end, Json value) {
  for (size_t i = begin; i < end; ++i) {
    value = steps[i].query(value);
    if (steps[i].kind != Step::kEach && steps[i].kind != Step::kFlatten) {
      continue;
    }
    if (!value.is_array()) return nullptr;
    const size_t next = i + 1;
    const bool is_alone = next < end && steps[next].kind == Step::kSelect;
    const size_t stop = is_alone ? next + 1 : end;
    Json each = Json::array();
    for (Json& item : value) {
      Json result = Run(steps, next, stop, std::move(item));
      if (!result.is_null()) each.push_back(std::move(result));
    }
    value = std::move(each);
    i = stop - 1;
  }
  return value;
}

Json Flatten(const Json& value) {
  if (!value.is_array()) return nullptr;
  Json flat = Json::array();
  for (const Json& item : value) {
    if (item.is_array()) {
      flat.insert(flat.end(), item.begin(), item.end());
    } else {
      flat.push_back(item);
    }
  }
  return flat;
}

bool IsTrue(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) {
    return !value.get_ref<const std::string&>().empty();
  }
  return !value.is_null() && (value.is_number() || !value.empty());
}

struct Operator {
  absl::string_view token;
  // Another operator that begins like this one.
  absl::string_view longer;
  Json (*combine)(const Json& first, const Query& second, const Json& value);
};

// Those that bind tighter come later.
constexpr Operator kOperators[] = {
    {"|", "||",
     [](const Json& first, const Query& second, const Json& /*value*/) {
       return second(first);
     }},
    {"||", "|||",
     [](const Json& first, const Query& second, const Json& value) {
       return IsTrue(first) ? first : second(value);
     }},
    {"&&", "&&&",
     [](const Json& first, const Query& second, const Json& value) {
       return IsTrue(first) ? second(value) : first;
     }},
};

using Compare = Json (*)(const Json& left, const Json& right);

template <typename Operator>
Json CompareNumbers(const Json& left, const Json& right) {
  if (!left.is_number() || !right.is_number()) return nullptr;
  return Operator()(left.get<double>(), right.get<double>());
}

// Longer ones first.
constexpr std::pair<absl::string_view, Compare> kComparators[] = {
    {"==", [](const Json& a, const Json& b) { return Json(a == b); }},
    {"!=", [](const Json& a, const Json& b) { return Json(a != b); }},
    {"<=", CompareNumbers<std::less_equal<>>},
    {">=", CompareNumbers<std::greater_equal<>>},
    {"<", CompareNumbers<std::less<>>},
    {">", CompareNumbers<std::greater<>>},
};

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Query> Parse() {
    auto query = Pipe();
    if (!query.ok()) return query;
    if (!At("")) return Expected("an operator or the end");
    return query;
  }

 private:
  // What is next behind spaces; "" stands for the end.
  bool At(absl::string_view token) {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
    if (token.empty()) return at_ == text_.size();
    return text_.substr(at_, token.size()) == token;
  }
  bool Take(absl::string_view token) {
    if (!At(token)) return false;
    at_ += token.size();
    return true;
  }

  absl::Status Expected(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("expected ", what, " at \"", text_.substr(at_), "\""));
  }

  absl::StatusOr<Query> Pipe() {
    if (depth_ == kMaxDepth) return Expected("less depth");
    ++depth_;
    auto query = Binary(0);
    --depth_;
    return query;
  }

  // a | b, or what binds tighter.
  absl::StatusOr<Query> Binary(size_t level) {
    if (level == std::size(kOperators)) return Comparison();
    const Operator& sign = kOperators[level];
    auto query = Binary(level + 1);
    while (query.ok() && !At(sign.longer) && Take(sign.token)) {
      auto second = Binary(level + 1);
      if (!second.ok()) return second;
      query = [&sign, first = *std::move(query),
               second = *std::move(second)](const Json& value) {
        return sign.combine(first(value), second, value);
      };
    }
    return query;
  }

  // a == b
  absl::StatusOr<Query> Comparison() {
    auto query = Chain();
    if (!query.ok()) return query;
    for (const auto& [sign, compare] : kComparators) {
      if (!Take(sign)) continue;
      auto right = Chain();
      if (!right.ok()) return right;
      return Query([compare = compare, a = *std::move(query),
                    b = *std::move(right)](const Json& value) {
        return compare(a(value), b(value));
      });
    }
    return query;
  }

  // a.b[0][*]
  absl::StatusOr<Query> Chain() {
    auto steps = std::make_shared<Steps>();
    absl::Status status = First(steps.get());
    while (status.ok()) {
      if (At("[")) {
        status = Bracket(steps.get());
      } else if (Take(".")) {
        status = AfterDot(steps.get());
      } else {
        break;
      }
    }
    if (!status.ok()) return status;
    return Query([steps](const Json& value) {
      // A [] is for the whole of what came before.
      Json result = value;
      size_t begin = 0;
      for (size_t end = 1; end <= steps->size(); ++end) {
        if (end < steps->size() && (*steps)[end].kind != Step::kFlatten) {
          continue;
        }
        result = Run(*steps, begin, end, std::move(result));
        begin = end;
      }
      return result;
    });
  }

  absl::Status First(Steps* steps) {
    if (At("[")) {
      return IsMultiSelect() ? MultiSelect(steps) : Bracket(steps);
    }
    if (Take("@")) return absl::OkStatus();
    if (Take("(")) {
      auto inner = Pipe();
      if (!inner.ok()) return inner.status();
      if (!Take(")")) return Expected(")");
      steps->push_back({Step::kOne, *std::move(inner)});
      return absl::OkStatus();
    }
    if (At("'") || At("`")) return Literal(steps);
    return AfterDot(steps);
  }

  // A member, "*", "{...}" or "[a, b]".
  absl::Status AfterDot(Steps* steps) {
    if (Take("*")) {
      steps->push_back({Step::kEach, [](const Json& value) {
                          if (!value.is_object()) return Json();
                          Json values = Json::array();
                          for (const Json& member : value) {
                            values.push_back(member);
                          }
                          return values;
                        }});
      return absl::OkStatus();
    }
    if (At("[")) return MultiSelect(steps);
    if (At("{")) return MultiHash(steps);
    auto name = Name();
    if (!name.ok()) return name.status();
    steps->push_back({Step::kOne, [name = *name](const Json& value) {
                        return value.is_object() && value.contains(name)
                                   ? value.at(name)
                                   : Json();
                      }});
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Name() {
    if (At("\"")) {
      const Json name = Json::parse(Delimited('"'), nullptr, false);
      if (!name.is_string()) return Expected("a name in quotes");
      return name.get<std::string>();
    }
    const size_t start = at_;
    while (at_ < text_.size() &&
           (absl::ascii_isalpha(text_[at_]) || text_[at_] == '_' ||
            (at_ > start && absl::ascii_isdigit(text_[at_])))) {
      ++at_;
    }
    if (at_ == start) return Expected("a name");
    const absl::string_view name = text_.substr(start, at_ - start);
    if (At("(")) return Expected("no function");
    return std::string(name);
  }

  // With both of its delimiters; a backslash keeps what follows. Empty where
  // the end is missing.
  std::string Delimited(char delimiter) {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != delimiter) {
      end += text_[end] == '\\' ? 2 : 1;
    }
    if (end >= text_.size()) return "";
    const size_t start = std::exchange(at_, end + 1);
    return std::string(text_.substr(start, at_ - start));
  }

  absl::Status Literal(Steps* steps) {
    const char delimiter = text_[at_];
    std::string text = Delimited(delimiter);
    if (text.empty()) return Expected("the end of a literal");
    text = absl::StrReplaceAll(
        text.substr(1, text.size() - 2),
        {{std::string{'\\', delimiter}, std::string(1, delimiter)}});
    Json literal =
        delimiter == '`' ? Json::parse(text, nullptr, false) : Json(text);
    if (literal.is_discarded()) return Expected("JSON before this");
    steps->push_back({Step::kOne, [literal = std::move(literal)](const Json&) {
                        return literal;
                      }});
    return absl::OkStatus();
  }

  // Whether "[" begins a list of expressions and no "[0]", "[*]", "[]", "[?".
  bool IsMultiSelect() {
    const size_t next = text_.find_first_not_of(" \t\n", at_ + 1);
    if (next == absl::string_view::npos) return false;
    const char c = text_[next];
    if (c == '*') {
      // [*] is each item, [*, a] or [*.a] are expressions.
      const size_t after = text_.find_first_not_of(" \t\n", next + 1);
      return after != absl::string_view::npos && text_[after] != ']';
    }
    return c != ']' && c != '?' && c != '-' && !absl::ascii_isdigit(c);
  }

  // "[0]", "[*]", "[]" or "[?a]".
  absl::Status Bracket(Steps* steps) {
    Take("[");
    if (Take("]")) {
      steps->push_back({Step::kFlatten, Flatten});
      return absl::OkStatus();
    }
    if (Take("*")) {
      steps->push_back({Step::kEach, [](const Json& value) { return value; }});
    } else if (Take("?")) {
      auto condition = Pipe();
      if (!condition.ok()) return condition.status();
      steps->push_back(
          {Step::kEach, [is_wanted = *std::move(condition)](const Json& value) {
             if (!value.is_array()) return Json();
             Json wanted = Json::array();
             for (const Json& item : value) {
               if (IsTrue(is_wanted(item))) wanted.push_back(item);
             }
             return wanted;
           }});
    } else {
      const size_t end = std::min(text_.find(']', at_), text_.size());
      int index;
      if (!absl::SimpleAtoi(text_.substr(at_, end - at_), &index)) {
        return Expected("an index");
      }
      at_ = end;
      steps->push_back({Step::kOne, [index](const Json& value) {
                          if (!value.is_array()) return Json();
                          const int size = static_cast<int>(value.size());
                          const int i = index < 0 ? index + size : index;
                          return i >= 0 && i < size ? value.at(i) : Json();
                        }});
    }
    return Take("]") ? absl::OkStatus() : Expected("]");
  }

  // [a, b]
  absl::Status MultiSelect(Steps* steps) {
    Take("[");
    std::vector<Query> queries;
    do {
      auto query = Pipe();
      if (!query.ok()) return query.status();
      queries.push_back(*std::move(query));
    } while (Take(","));
    steps->push_back(
        {Step::kSelect, [queries = std::move(queries)](const Json& value) {
           if (value.is_null()) return Json();
           Json list = Json::array();
           for (const Query& query : queries) list.push_back(query(value));
           return list;
         }});
    return Take("]") ? absl::OkStatus() : Expected("]");
  }

  // {K: a, L: b}
  absl::Status MultiHash(Steps* steps) {
    Take("{");
    std::vector<std::pair<std::string, Query>> queries;
    do {
      auto name = Name();
      if (!name.ok()) return name.status();
      if (!Take(":")) return Expected(":");
      auto query = Pipe();
      if (!query.ok()) return query.status();
      queries.emplace_back(*std::move(name), *std::move(query));
    } while (Take(","));
    steps->push_back(
        {Step::kSelect, [queries = std::move(queries)](const Json& value) {
           if (value.is_null()) return Json();
           Json object = Json::object();
           for (const auto& [name, query] : queries) {
             object[name] = query(value);
           }
           return object;
         }});
    return Take("}") ? absl::OkStatus() : Expected("}");
  }

  const absl::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

absl::StatusOr<Query> ParseQuery(absl::string_view text) {
  return Parser(text).Parse();
}

}  // namespace pkictl
