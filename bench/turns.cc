// Turns, and the clock of the thread.
#include "bench/turns.h"

#include <time.h>

#include "bench/quartile.h"

namespace pki {
namespace {

double ThreadTime() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

std::vector<double> TimeInTurns(benchmark::State& state,
                                const std::vector<Task>& tasks) {
  std::vector<std::vector<double>> times(tasks.size());
  size_t number = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < tasks.size(); ++i) {
      const size_t turn = (number + i) % tasks.size();
      const double start = ThreadTime();
      tasks[turn](number);
      times[turn].push_back(ThreadTime() - start);
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
