// The speed of issuing, stage by stage and as a whole, beside its bare limit.
//
// Takes the options of Google Benchmark: --benchmark_filter=REGEX picks cases,
// --benchmark_min_time=SECONDS makes the figures steadier, and
// --benchmark_out=FILE keeps all figures as JSON.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/issue.h"
#include "bench/stages.h"

namespace pki {
namespace {

// A line for each case: a table for stages, another for whole certificates.
class TableReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.counters.count(kRatio) != 0) {
        PrintWhole(run);
      } else {
        PrintStage(run);
      }
    }
    std::fflush(stdout);
  }

 private:
  void Heading(const char* heading) {
    if (heading_ == heading) return;
    heading_ = heading;
    std::puts(heading);
  }

  void PrintStage(const Run& run) {
    Heading("\nStage                                                    us");
    std::printf("%-50s %8.2f\n", run.run_name.function_name.c_str(),
                run.GetAdjustedCPUTime());
  }

  void PrintWhole(const Run& run) {
    Heading(
        "\nThe ratio is that to the bare limit, with the CSR's key ready, and "
        "with the key\nbuilt from its bytes; over is how much longer the whole "
        "takes, in microseconds.\n"
        "Case                                                       per s   "
        "ratio    over   ratio    over");
    const auto counter = [&run](const char* name) {
      return static_cast<double>(run.counters.at(name));
    };
    std::printf("%-56s %7.0f %7.3f %7.1f %7.3f %7.1f\n",
                run.run_name.function_name.c_str(), counter(kPerSecond),
                counter(kRatio), counter(kOverhead), counter(kRatioWithKey),
                counter(kOverheadWithKey));
  }

  std::string heading_;
};

}  // namespace
}  // namespace pki

int main(int argc, char** argv) {
  pki::RegisterStages();
  pki::RegisterIssue();
  // Ahead of the caller's own options, which win.
  char min_time[] = "--benchmark_min_time=0.1";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, min_time);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  pki::TableReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
