// A bar on a terminal that shows how far a piece of work is.
#ifndef PKI_CAPI_CLI_PROGRESS_BAR_H_
#define PKI_CAPI_CLI_PROGRESS_BAR_H_

#include <cstdint>
#include <ostream>
#include <string>

namespace pkictl {

// Draws on one line, anew only when that looks different, and ends the line
// when it is destroyed. Not thread-safe.
class ProgressBar {
 public:
  // `out` must outlive it.
  ProgressBar(std::string title, std::ostream* out);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // In any unit. Nothing of nothing is all of it.
  void Show(uint64_t done, uint64_t total);

 private:
  const std::string title_;
  std::ostream* const out_;
  std::string shown_;
};

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_PROGRESS_BAR_H_
