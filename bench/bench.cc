// The speed of issuing, stage by stage and as a whole, beside its bare limit,
// and that of stores on disk.
//
// Takes the options of Google Benchmark: --benchmark_filter=REGEX picks cases,
// --benchmark_min_time=SECONDS makes the figures steadier, and
// --benchmark_out=FILE keeps all figures as JSON.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "bench/crl.h"
#include "bench/durable.h"
#include "bench/issue.h"
#include "bench/ocsp.h"
#include "bench/scale.h"
#include "bench/stages.h"

namespace pki {
namespace {

// A line for each case, in a table for each kind of case.
class TableReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.counters.count(kRatio) != 0) {
        PrintWhole(run);
      } else if (run.counters.count(kDiskToMemory) != 0) {
        PrintDurable(run);
      } else if (run.counters.count(kScaleFigures[0].counter) != 0) {
        PrintScale(run);
      } else if (run.counters.count(kResponseRatio) != 0) {
        PrintOcsp(run);
      } else if (run.counters.count(kPresignedRatio) != 0) {
        PrintPresign(run);
      } else if (run.counters.count(kCrlTime) != 0) {
        PrintCrl(run);
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
    std::printf("%-56s %7.0f %7.3f %7.1f %7.3f %7.1f\n",
                run.run_name.function_name.c_str(), Counter(run, kPerSecond),
                Counter(run, kRatio), Counter(run, kOverhead),
                Counter(run, kRatioWithKey), Counter(run, kOverheadWithKey));
  }

  void PrintDurable(const Run& run) {
    Heading(
        "\nCertificates per second with a store on disk and one in memory, and "
        "how often\nthe former waits for the disk in a thousand certificates.\n"
        "Case                               disk  memory   ratio  fsyncs");
    std::printf("%-32s %7.0f %7.0f %7.3f %7.1f\n",
                run.run_name.function_name.c_str(),
                Counter(run, kDiskPerSecond), Counter(run, kMemoryPerSecond),
                Counter(run, kDiskToMemory), Counter(run, kSyncs));
  }

  void PrintScale(const Run& run) {
    static const auto* const heading = [] {
      std::string line(
          "\nMedians in microseconds, megabytes of memory, and bytes for each "
          "certificate.\nStore                          ");
      for (const ScaleFigure& figure : kScaleFigures) {
        absl::StrAppendFormat(&line, "%9s", figure.heading);
      }
      return new std::string(std::move(line));
    }();
    Heading(heading->c_str());
    std::printf("%-31s", run.run_name.function_name.c_str());
    for (const ScaleFigure& figure : kScaleFigures) {
      std::printf("%9.0f", Counter(run, figure.counter));
    }
    std::puts("");
  }

  void PrintCrl(const Run& run) {
    Heading(
        "\nCRL                              make ms  read ms  CRL MB  peak MB");
    std::printf("%-32s %7.0f %8.0f %7.1f %8.1f\n",
                run.run_name.function_name.c_str(), Counter(run, kCrlTime),
                Counter(run, kReadTime), Counter(run, kCrlSize),
                Counter(run, kCrlMemory));
  }

  void PrintOcsp(const Run& run) {
    Heading(
        "\nOCSP responses: the ratio is that to the bare limit, over how much "
        "longer one takes,\nin microseconds.\n"
        "Case                                                       per s   "
        "ratio    over");
    std::printf("%-56s %7.0f %7.3f %7.1f\n", run.run_name.function_name.c_str(),
                Counter(run, kResponsesPerSecond), Counter(run, kResponseRatio),
                Counter(run, kResponseOverhead));
  }

  void PrintPresign(const Run& run) {
    Heading(
        "\nOCSP responses in bulk, in real time: the ratio is that to the bare "
        "limit on as\nmany threads, scaling how much faster they are than one, "
        "and so are those of the\nlimit.\n"
        "Case                                        per s   ratio scaling   "
        "limit");
    std::printf(
        "%-41s %7.0f %7.3f %7.2f %7.2f\n", run.run_name.function_name.c_str(),
        Counter(run, kPresignedPerSecond), Counter(run, kPresignedRatio),
        Counter(run, kPresignedScaling), Counter(run, kBareScaling));
  }

  static double Counter(const Run& run, const char* name) {
    return static_cast<double>(run.counters.at(name));
  }

  std::string heading_;
};

// Whether the filter speaks of these cases, which take minutes.
bool AsksFor(absl::Span<char* const> arguments, const char* cases) {
  return std::any_of(
      arguments.begin(), arguments.end(), [=](absl::string_view argument) {
        return absl::StartsWith(argument, "--benchmark_filter=") &&
               absl::StrContains(argument, cases);
      });
}

}  // namespace
}  // namespace pki

int main(int argc, char** argv) {
  const absl::Span<char* const> given(argv + 1, argc - 1);
  if (!given.empty() && given[0] == std::string(pki::kUseStore)) {
    return pki::UseStore(given.subspan(1));
  }
  if (!given.empty() && given[0] == std::string(pki::kMakeCrl)) {
    return pki::MakeCrl(given.subspan(1));
  }
  pki::RegisterStages();
  pki::RegisterIssue();
  pki::RegisterDurable();
  pki::RegisterOcsp();
  pki::RegisterPresign();
  if (pki::AsksFor(given, pki::kCrl)) pki::RegisterCrl();
  if (pki::AsksFor(given, pki::kLargeCrl)) pki::RegisterLargeCrl();
  if (pki::AsksFor(given, pki::kScale)) pki::RegisterScale();
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
