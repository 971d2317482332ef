// Turns, and their clocks.
#include "bench/turns.h"

#include <time.h>

#include "bench/quartile.h"

namespace pki {
namespace {

double TimeBy(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

double ThreadTime() { return TimeBy(CLOCK_THREAD_CPUTIME_ID); }
double RealTime() { return TimeBy(CLOCK_MONOTONIC); }

std::vector<double> TimeInTurns(benchmark::State& state,
                                const std::vector<Task>& tasks,
                                double (*clock)()) {
  std::vector<std::vector<double>> times(tasks.size());
  size_t number = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < tasks.size(); ++i) {
      const size_t turn = (number + i) % tasks.size();
      const double start = clock();
      tasks[turn](number);
      times[turn].push_back(clock() - start);
    }
    state.SetIterationTime(times.back().back());
    ++number;
  }
  std::vector<double> quartiles;
  for (const std::vector<double>& each : times) {
    quartiles.push_back(LowerQuartile(each));
  }
  return quartiles;
}

}  // namespace pki
