// Words begin where botocore's xform_name() has them begin.
#include "capi/cli/names.h"

#include "absl/strings/ascii.h"

namespace pkictl {
namespace {

// Where the plural of an abbreviation begins, "ARNs" at the end; else the end.
size_t FindPlural(absl::string_view name) {
  if (name.empty() || name.back() != 's') return name.size();
  size_t start = name.size() - 1;
  while (start > 0 && absl::ascii_isupper(name[start - 1])) --start;
  return name.size() - 1 - start >= 2 ? start : name.size();
}

}  // namespace

std::string CliName(absl::string_view name) {
  const size_t plural = FindPlural(name);
  std::string words;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool begins_word =
        absl::ascii_isupper(name[i]) && i < plural && i > 0 &&
        (absl::ascii_islower(name[i - 1]) || absl::ascii_isdigit(name[i - 1]) ||
         (i + 1 < plural && absl::ascii_islower(name[i + 1])));
    if (begins_word || i == plural) words.push_back('-');
    words.push_back(absl::ascii_tolower(name[i]));
  }
  return words;
}

}  // namespace pkictl
