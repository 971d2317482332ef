// One line a member, what is inside it below.
#include "capi/cli/shape_help.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "capi/cli/names.h"

namespace pkictl {
namespace {

constexpr size_t kIndent = 2;

struct Words {
  absl::string_view type;
  // What limits count.
  absl::string_view unit;
};

Words WordsOf(MemberType type) {
  switch (type) {
    case MemberType::kString:
      return {"string", " characters"};
    case MemberType::kInteger:
      return {"integer", ""};
    case MemberType::kBoolean:
      return {"true|false", ""};
    case MemberType::kBlob:
      return {"blob (fileb://PATH, base64 or PEM)", " bytes"};
    case MemberType::kTimestamp:
      return {"time (ISO 8601, or seconds since 1970)", ""};
    case MemberType::kEnum:
      return {"one of ", ""};
    case MemberType::kStructure:
      return {"structure", ""};
  }
  return {};
}

// ", 1 to 50 items"
std::string LimitsText(const ShapeMember& member) {
  const absl::string_view unit =
      member.list ? absl::string_view(" items") : WordsOf(member.type).unit;
  if (member.min == member.max && member.min.has_value()) {
    return absl::StrCat(", ", *member.min, unit);
  }
  if (member.min.has_value() && member.max.has_value()) {
    return absl::StrCat(", ", *member.min, " to ", *member.max, unit);
  }
  if (member.max.has_value()) {
    return absl::StrCat(", at most ", *member.max, unit);
  }
  if (member.min.has_value()) {
    return absl::StrCat(", at least ", *member.min, unit);
  }
  return "";
}

class Writer {
 public:
  explicit Writer(const OperationShape& shape) : shape_(shape) {}

  void Options(absl::string_view title, bool required) {
    const Structure& members = shape_.structures.at(shape_.request);
    bool is_first = true;
    for (const ShapeMember& member : members) {
      if (member.required != required) continue;
      if (is_first) absl::StrAppend(&text_, "\n", title, ":\n");
      is_first = false;
      const std::string name = CliName(member.name);
      if (member.secret) {
        absl::StrAppend(&text_, "  ", member.name,
                        "  (a secret: it has no option)\n");
      } else if (member.type == MemberType::kBoolean && !member.list) {
        absl::StrAppend(&text_, "  --", name, " | --no-", name, "\n");
      } else {
        Member(absl::StrCat("--", name), member, kIndent);
      }
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  void Member(const std::string& name, const ShapeMember& member,
              size_t indent) {
    absl::StrAppend(&text_, std::string(indent, ' '), name, "  ",
                    member.list ? "list of " : "", WordsOf(member.type).type,
                    absl::StrJoin(member.values, ", "), LimitsText(member),
                    member.required && indent > kIndent ? ", required" : "",
                    "\n");
    if (member.type != MemberType::kStructure) return;
    // One that has itself is told once.
    if (std::count(inside_.begin(), inside_.end(), member.structure) > 0) {
      return;
    }
    inside_.push_back(member.structure);
    for (const ShapeMember& inner : shape_.structures.at(member.structure)) {
      Member(inner.name, inner, indent + 2 * kIndent);
    }
    inside_.pop_back();
  }

  const OperationShape& shape_;
  std::vector<std::string> inside_;
  std::string text_;
};

}  // namespace

std::string ShapeHelp(const OperationShape& shape) {
  Writer writer(shape);
  writer.Options("Required", true);
  writer.Options("Optional", false);
  return writer.Take();
}

}  // namespace pkictl
