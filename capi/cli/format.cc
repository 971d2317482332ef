// JSON, text and tables.
#include "capi/cli/format.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace pkictl {
namespace {

constexpr int kJsonIndent = 4;
// Around the text of a cell.
constexpr int kCellPadding = 4;
constexpr int kLeftPadding = 2;

// In the order of the names.
struct Keys {
  std::vector<std::string> scalars;
  std::vector<std::string> others;
};

bool IsScalar(const Json& value) { return !value.is_structured(); }

// Of one object, or of all objects in a list.
Keys KeysOf(const Json& value) {
  std::set<std::string> scalars;
  std::set<std::string> others;
  const auto add = [&](const Json& object) {
    for (const auto& [name, member] : object.items()) {
      (IsScalar(member) ? scalars : others).insert(name);
    }
  };
  if (value.is_object()) {
    add(value);
  } else {
    for (const Json& item : value) add(item);
  }
  return {{scalars.begin(), scalars.end()}, {others.begin(), others.end()}};
}

std::string Text(const Json& scalar) {
  if (scalar.is_string()) return scalar.get<std::string>();
  if (scalar.is_boolean()) return scalar.get<bool>() ? "True" : "False";
  if (scalar.is_null()) return "None";
  return scalar.dump();
}

std::vector<std::string> Texts(const Json& object,
                               const std::vector<std::string>& names) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const std::string& name : names) {
    texts.push_back(object.contains(name) ? Text(object.at(name)) : "");
  }
  return texts;
}

// Of a list: whether it has any item such that.
bool HasAny(const Json& list, bool (Json::*is_such)() const noexcept) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Json& item) { return (item.*is_such)(); });
}

class TextWriter {
 public:
  // `label` is empty for what has no name.
  void Value(const Json& value, const std::string& label) {
    if (value.is_object()) {
      Object(value, KeysOf(value).scalars, label);
    } else if (value.is_array()) {
      List(value, label);
    } else {
      absl::StrAppend(&text_, Text(value), "\n");
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  void Line(std::vector<std::string> cells, const std::string& label) {
    if (!label.empty()) {
      cells.insert(cells.begin(), absl::AsciiStrToUpper(label));
    }
    absl::StrAppend(&text_, absl::StrJoin(cells, "\t"), "\n");
  }

  void Object(const Json& object, const std::vector<std::string>& scalars,
              const std::string& label) {
    if (!scalars.empty()) Line(Texts(object, scalars), label);
    for (const std::string& name : KeysOf(object).others) {
      Value(object.at(name), name);
    }
  }

  void List(const Json& list, const std::string& label) {
    if (HasAny(list, &Json::is_object)) {
      const std::vector<std::string> scalars = KeysOf(list).scalars;
      for (const Json& item : list) Object(item, scalars, label);
      return;
    }
    std::vector<std::string> scalars;
    for (const Json& item : list) {
      if (IsScalar(item)) scalars.push_back(Text(item));
    }
    if (label.empty() && !scalars.empty()) Line(scalars, label);
    if (!label.empty()) {
      for (const std::string& scalar : scalars) Line({scalar}, label);
    }
    for (const Json& item : list) {
      if (!IsScalar(item)) Value(item, label);
    }
  }

  std::string text_;
};

// In characters, each taken for one column wide.
int Width(absl::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string Repeat(char c, int count) {
  return std::string(static_cast<size_t>(std::max(count, 0)), c);
}

using Row = std::vector<std::string>;

// One box of a table.
struct Section {
  std::string title;
  int indent = 0;
  Row header;
  std::vector<Row> rows;

  // Of each column, the text alone.
  std::vector<int> TextWidths() const {
    std::vector<int> widths;
    const auto widen = [&widths](const Row& row) {
      widths.resize(std::max(widths.size(), row.size()));
      for (size_t i = 0; i < row.size(); ++i) {
        widths[i] = std::max(widths[i], Width(row[i]));
      }
    };
    widen(header);
    for (const Row& row : rows) widen(row);
    return widths;
  }

  // With borders, and those of what it is in.
  int TotalWidth() const {
    int columns = 2;
    for (const int width : TextWidths()) columns += width + kCellPadding;
    return std::max(Width(title) + 2, columns) + 2 * indent;
  }

  // Of columns, which fill `total` together.
  std::vector<int> ColumnWidths(int total) const {
    std::vector<int> widths = TextWidths();
    int sum = 0;
    for (int& width : widths) sum += width += kCellPadding;
    int left = total;
    for (int& width : widths) {
      width = static_cast<int>(
          std::nearbyint(static_cast<double>(total) / sum * width));
      left -= width;
    }
    // What rounding left: the last columns take more, the first ones less.
    while (left != 0 && !widths.empty()) {
      for (size_t i = 0; i < widths.size() && left != 0; ++i) {
        const int step = left > 0 ? 1 : -1;
        widths[left > 0 ? widths.size() - 1 - i : i] += step;
        left -= step;
      }
    }
    return widths;
  }

  // A row of one becomes a row for each of its columns.
  void Turn() {
    if (rows.size() != 1 || header.empty()) return;
    const Row values = std::move(rows.front());
    rows.clear();
    for (size_t i = 0; i < header.size(); ++i) {
      rows.push_back({header[i], values[i]});
    }
    header.clear();
  }
};

class TableWriter {
 public:
  // False when there is nothing to show.
  bool Add(const std::string& title, const Json& value, int indent) {
    if (value.empty()) return false;
    if (!title.empty()) {
      sections_.push_back({title, indent, {}, {}});
    }
    if (value.is_object()) {
      AddObject(value, indent);
    } else if (!value.front().is_object()) {
      AddList(value);
    } else {
      AddObjects(title, value, indent);
    }
    return true;
  }

  std::string Render(int terminal_width) {
    if (TotalWidth() > terminal_width) {
      for (Section& section : sections_) section.Turn();
    }
    const int total = TotalWidth();
    out_ = Repeat('-', total) + "\n";
    for (const Section& section : sections_) RenderSection(section, total);
    return std::move(out_);
  }

 private:
  void AddObject(const Json& object, int indent) {
    const Keys keys = KeysOf(object);
    Section& section = sections_.back();
    Row row = Texts(object, keys.scalars);
    if (keys.scalars.size() == 1) {
      section.rows.push_back({keys.scalars.front(), row.front()});
    } else if (!keys.scalars.empty()) {
      section.header = keys.scalars;
      section.rows.push_back(std::move(row));
    }
    for (const std::string& name : keys.others) {
      Add(name, object.at(name), indent + 1);
    }
  }

  void AddList(const Json& list) {
    for (const Json& item : list) {
      if (IsScalar(item)) {
        sections_.back().rows.push_back({Text(item)});
      } else if (std::all_of(item.begin(), item.end(), IsScalar)) {
        Row row;
        for (const Json& cell : item) row.push_back(Text(cell));
        sections_.back().rows.push_back(std::move(row));
      } else {
        Add("", item, 0);
      }
    }
  }

  // One box, or when objects have more inside them one each.
  void AddObjects(const std::string& title, const Json& list, int indent) {
    const Keys keys = KeysOf(list);
    sections_.back().header = keys.scalars;
    for (const Json& object : list) {
      if (&object != &list.front() && !keys.others.empty()) {
        sections_.push_back({title, indent, keys.scalars, {}});
      }
      sections_.back().rows.push_back(Texts(object, keys.scalars));
      for (const std::string& name : keys.others) {
        if (object.contains(name)) Add(name, object.at(name), indent + 1);
      }
    }
  }

  int TotalWidth() const {
    int total = 0;
    for (const Section& section : sections_) {
      total = std::max(total, section.TotalWidth());
    }
    return total;
  }

  // One line inside the borders of what the section is in.
  void Line(const Section& section, const std::string& text) {
    const std::string border = Repeat('|', section.indent);
    absl::StrAppend(&out_, border, text, border, "\n");
  }

  static std::string Centered(absl::string_view text, int width, bool first) {
    const int start = width / 2 - Width(text) / 2 - 1;
    const std::string left =
        absl::StrCat(first ? "|" : "", Repeat(' ', start), text);
    return absl::StrCat(left, Repeat(' ', width - 1 - Width(left)), "|");
  }

  static std::string LeftAligned(absl::string_view text, int width,
                                 bool first) {
    const int borders = first ? 2 : 1;
    const int padding =
        Width(text) + kLeftPadding + borders <= width ? kLeftPadding : 0;
    const std::string left =
        absl::StrCat(first ? "|" : "", Repeat(' ', padding), text);
    return absl::StrCat(left, Repeat(' ', width - 1 - Width(left)), "|");
  }

  using Align = std::string (*)(absl::string_view, int, bool);

  void Cells(const Section& section, const Row& row,
             const std::vector<int>& widths, Align align) {
    std::string line;
    for (size_t i = 0; i < std::min(row.size(), widths.size()); ++i) {
      line += align(row[i], widths[i], i == 0);
    }
    Line(section, line);
  }

  void Rule(const Section& section, const std::vector<int>& widths) {
    std::string line = "+";
    for (size_t i = 0; i < widths.size(); ++i) {
      absl::StrAppend(&line, Repeat('-', widths[i] - (i == 0 ? 2 : 1)), "+");
    }
    Line(section, line);
  }

  void RenderSection(const Section& section, int total) {
    const int width = total - 2 * section.indent;
    if (!section.title.empty()) {
      Line(section, Centered(section.title, width, /*first=*/true));
      if (section.header.empty() && section.rows.empty()) {
        Rule(section, {width});
      }
    }
    const std::vector<int> widths = section.ColumnWidths(width);
    if (!section.header.empty()) {
      Rule(section, widths);
      Cells(section, section.header, widths, Centered);
    }
    if (section.rows.empty() || widths.empty()) return;
    Rule(section, widths);
    for (const Row& row : section.rows) {
      Cells(section, row, widths, LeftAligned);
    }
    Rule(section, widths);
  }

  std::vector<Section> sections_;
  std::string out_;
};

}  // namespace

std::string FormatJson(const Json& value) {
  if (value.is_object() && value.empty()) return "";
  return value.dump(kJsonIndent, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

std::string FormatText(const Json& value) {
  TextWriter writer;
  writer.Value(value, "");
  return writer.Take();
}

std::string FormatTable(absl::string_view title, const Json& value, int width) {
  TableWriter writer;
  if (!writer.Add(std::string(title), value, 0)) return "";
  return writer.Render(width);
}

}  // namespace pkictl
