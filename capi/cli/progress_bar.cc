// The drawing of a bar.
#include "capi/cli/progress_bar.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace pkictl {
namespace {

constexpr int kColumns = 40;
constexpr int kAll = 100;

// "backup  [####    ]  50%"
std::string Line(const std::string& title, int percent) {
  std::string bar(kColumns * percent / kAll, '#');
  bar.resize(kColumns, ' ');
  return absl::StrFormat("%s  [%s] %3d%%", title, bar, percent);
}

}  // namespace

ProgressBar::ProgressBar(std::string title, std::ostream* out)
    : title_(std::move(title)), out_(out) {}

ProgressBar::~ProgressBar() {
  if (!shown_.empty()) *out_ << "\n" << std::flush;
}

void ProgressBar::Show(uint64_t done, uint64_t total) {
  const double part =
      done >= total ? 1
                    : static_cast<double>(done) / static_cast<double>(total);
  std::string line = Line(title_, static_cast<int>(kAll * part));
  if (line == shown_) return;
  *out_ << "\r" << line << std::flush;
  shown_ = std::move(line);
}

}  // namespace pkictl
